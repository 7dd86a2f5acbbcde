//! Why a journey ended.

use super::Journey;
use crate::code::Code;
use crate::fact::ExitOutcome;
use crate::state::Exit;
use jiff::civil::Date;

/// Why a journey ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JourneyReason {
    /// An episode is open: the journey has not ended (`cases.md` E2).
    Open,
    /// It ended.
    Ended {
        /// When.
        on: Date,
        /// Code of `discharge-reasons`.
        reason: Code,
        /// What the reason means.
        outcome: ExitOutcome,
    },
    /// Different reasons on its last day (999): no success, and on the data-quality list (`cases.md` E3).
    Inconsistent {
        /// When.
        on: Date,
    },
}

impl JourneyReason {
    /// The reason's code as statistics write it: `999` when inconsistent; `None` while open.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Open => None,
            Self::Ended { reason, .. } => Some(reason.as_str()),
            Self::Inconsistent { .. } => Some("999"),
        }
    }
}

impl Journey<'_> {
    /// The reason of the episode that ends last. Several reasons on that day: all completions, or all
    /// declined, give the numerically highest; anything else is inconsistent.
    ///
    /// Source: `domain.md` 1.4 ("Journey-level reason rule", seen); `cases.md` E2 to E4.
    pub fn reason(&self) -> JourneyReason {
        let Some(on) = self.ended() else {
            return JourneyReason::Open;
        };
        let mut last: Vec<&Exit> = self
            .episodes
            .iter()
            .filter_map(|episode| episode.exit.as_ref())
            .filter(|exit| exit.at.date() == on)
            .collect();
        last.sort_by_key(|exit| (number(&exit.reason), exit.reason.clone()));
        let (Some(first), Some(highest)) = (last.first(), last.last()) else {
            return JourneyReason::Open;
        };
        let same_outcome = last.iter().all(|exit| exit.outcome == first.outcome);
        let worst_of_a_kind = same_outcome
            && matches!(
                first.outcome,
                ExitOutcome::SuccessfulCompletion | ExitOutcome::Declined
            );
        if first.reason == highest.reason || worst_of_a_kind {
            JourneyReason::Ended {
                on,
                reason: highest.reason.clone(),
                outcome: highest.outcome,
            }
        } else {
            JourneyReason::Inconsistent { on }
        }
    }
}

fn number(reason: &Code) -> u32 {
    reason.as_str().parse().unwrap_or(u32::MAX)
}
