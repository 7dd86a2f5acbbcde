//! Whether a journey was completed.

use super::{Journey, JourneyReason};
use crate::fact::ExitOutcome;
use jiff::civil::Date;

impl Journey<'_> {
    /// The day of successful completion: the journey has ended, and its reason is one of 80, 81, 82.
    ///
    /// Source: `domain.md` section 3 ("Successful completion"); `cases.md` E2 to E4.
    pub fn completed_on(&self) -> Option<Date> {
        match self.reason() {
            JourneyReason::Ended {
                on,
                outcome: ExitOutcome::SuccessfulCompletion,
                ..
            } => Some(on),
            _ => None,
        }
    }
}
