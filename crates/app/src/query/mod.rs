//! What can be asked. Each answer says up to which log position it is true.

mod access_log;
mod assessment;
mod batch;
mod counts;
mod feed;
mod known;
mod overdue;
mod people;
mod recalls;
mod referral;
mod release_names;
mod releases;
mod search;
mod stock;
mod subject_access;
mod wait;
mod worklist;

pub use access_log::{AccessLogPage, MOST_DAYS, MOST_USERS};
pub use assessment::AssessmentRead;
pub use batch::{BatchHolder, BatchQuery, BatchRead};
pub use counts::{MAX_COUNTED, WorklistCounts};
pub use feed::{FeedPage, FeedQuery, MAX_FEED};
pub use known::{Known, Times};
pub use overdue::{OverdueAsked, OverduePage};
pub use people::PersonRead;
pub use recalls::{RecallCounts, RecallRead};
pub use referral::ReferralRead;
pub use releases::{ReleaseQuery, ReleasesFor, ReleasesRead};
pub use search::Found;
pub use stock::{LedgerEntry, LedgerLine, StockRead, SuppliesQuery};
pub use subject_access::{MOST_LOOKS, SubjectAccessRead};
pub use throughcare_store::projection::DuePlace;
pub use throughcare_store::projection::{BatchTotals, ListOrder};
pub use throughcare_store::{LookRead, UserLooks};
pub use wait::{WAIT, Waited};
pub use worklist::{WorklistItem, WorklistPage, WorklistQuery};
