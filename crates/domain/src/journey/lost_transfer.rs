//! Transfers that reached nobody.

use super::{CHAIN_DAYS, Journey, JourneyReason};
use crate::fact::ExitOutcome;
use crate::when::days_between;
use jiff::civil::Date;

/// What became of a journey that ended in a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferState {
    /// The journey is open, or ended otherwise.
    NoTransfer,
    /// Transferred, and there is time for the next episode to open.
    AwaitingPickUp {
        /// Days since the transfer.
        day: i32,
    },
    /// No episode opened anywhere within 21 days: an unsuccessful end.
    Lost,
}

impl Journey<'_> {
    /// What became of a transfer, at the end of `as_of`. A transfer that was picked up in time is no end of
    /// a journey: the next episode is part of it.
    ///
    /// Source: `domain.md` section 3 ("Transfer lost"); `cases.md` E7. A recommissioning transfer (74) is not
    /// one: the contract moved, the person did not.
    pub fn transfer(&self, as_of: Date) -> TransferState {
        match self.reason() {
            JourneyReason::Ended {
                on,
                outcome: ExitOutcome::Transfer,
                ..
            } if on <= as_of => {
                let day = days_between(on, as_of);
                if day <= CHAIN_DAYS {
                    TransferState::AwaitingPickUp { day }
                } else {
                    TransferState::Lost
                }
            }
            _ => TransferState::NoTransfer,
        }
    }
}
