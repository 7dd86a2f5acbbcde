//! Continuity of care from prison to the community: what one release needs, where it stands on a day, and
//! the figures by which partnerships are judged.
//!
//! Three steps, each pure: [`ReleaseFacts`] gathers what the rules need from a person's state and can be kept
//! in a projection; [`assess`] says where the release stands on a day, under a [`Reading`] of the rules;
//! [`summarise`] counts. What time alone changes (day n, late, not found) is never stored.
//!
//! Sources: `domain.md` section 2; `cases.md` C1 to C13.

mod appointment;
mod assess;
mod bridge;
mod by_day;
mod care;
mod facts;
mod figure;
mod gate;
mod local;
mod national;
mod planned;
mod reading;
mod referral;
mod summary;
mod withheld;

pub use appointment::{AppointmentMade, MOST_APPOINTMENTS};
pub use assess::assess;
pub use bridge::BridgeMade;
pub use by_day::{ByDay, DAYS, by_day};
pub use care::{CareState, MARKS, Mark, Missing, ReleaseCare};
pub use facts::{Need, OpenEpisode, PrisonTreatment, ReleaseFacts, ReturnToCustody, Touch};
pub use figure::{Answer, Figure};
pub use planned::PlannedRelease;
pub use reading::Reading;
pub use referral::ReferralMade;
pub use summary::{Count, Reason, Summary, percentage, summarise};
pub use withheld::summarise_without_small_numbers;
