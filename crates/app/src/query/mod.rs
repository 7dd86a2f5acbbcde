//! What can be asked. Each answer says up to which log position it is true.

mod counts;
mod feed;
mod known;
mod overdue;
mod people;
mod referral;
mod release_names;
mod releases;
mod search;
mod wait;
mod worklist;

pub use counts::{MAX_COUNTED, WorklistCounts};
pub use feed::{FeedPage, FeedQuery, MAX_FEED};
pub use known::{Known, Times};
pub use overdue::{CLIMBS_AFTER_DAYS, OverdueAsked, OverduePage, SHOWN_FOR_DAYS};
pub use people::PersonRead;
pub use referral::ReferralRead;
pub use releases::{ReleaseQuery, ReleasesRead};
pub use search::Found;
pub use wait::{WAIT, Waited};
pub use worklist::{WorklistItem, WorklistPage, WorklistQuery};
