//! Why a journey ended.

use super::Journey;
use crate::code::Code;
use crate::fact::ExitOutcome;
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
        if self.ended().is_none() {
            return JourneyReason::Open;
        }
        let exits = self.episodes.iter().filter_map(|episode| episode.exit.as_ref());
        reason_of(exits.map(|exit| (exit.at.date(), &exit.reason, exit.outcome)))
    }
}

/// Why a journey ended of which every episode has ended, from the day, reason and outcome of each exit.
pub fn reason_of<'a>(exits: impl Iterator<Item = (Date, &'a Code, ExitOutcome)>) -> JourneyReason {
    let mut last: Vec<_> = exits.collect();
    let Some(on) = last.iter().map(|(on, ..)| *on).max() else {
        return JourneyReason::Open;
    };
    last.retain(|(day, ..)| *day == on);
    last.sort_by_key(|(_, reason, _)| (number(reason), (*reason).clone()));
    let (Some(first), Some(highest)) = (last.first(), last.last()) else {
        return JourneyReason::Open;
    };
    let same_outcome = last.iter().all(|(.., outcome)| *outcome == first.2);
    let worst_of_a_kind =
        same_outcome && matches!(first.2, ExitOutcome::SuccessfulCompletion | ExitOutcome::Declined);
    if first.1 == highest.1 || worst_of_a_kind {
        JourneyReason::Ended {
            on,
            reason: highest.1.clone(),
            outcome: highest.2,
        }
    } else {
        JourneyReason::Inconsistent { on }
    }
}

fn number(reason: &Code) -> u32 {
    reason.as_str().parse().unwrap_or(u32::MAX)
}
