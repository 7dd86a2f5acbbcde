//! What the person said about the use of their data, as it stands on a day: for those who use it, and for staff who
//! tell the person.
//!
//! Nothing here is asked by care: treatment does not rest on consent, and refusing it never blocks treatment
//! (`domain.md` 1.6 and 6). Who sees the record is asked in [`crate::access`].

mod national;
mod standing;

pub use national::{Ground, NationalStatistics, Reason, national_statistics};
pub use standing::{Standing, StandingAnswer, standing};
