//! Waiting: from referral to triage, from referral to the first appointment offered, and the waiting list on
//! a day.
//!
//! Source: `domain.md` section 3; `cases.md` W1 to W3.

use crate::state::{Episode, Referral};
use crate::when::days_between;
use jiff::civil::Date;

/// Days within which a referral is to be triaged: six weeks, the last day included.
///
/// Source: `domain.md` section 3 ("DIP triage KPI", seen in one local paper, so that other areas may set
/// another window); `cases.md` W2.
pub const TRIAGE_WITHIN_DAYS: i32 = 42;

/// How long somebody waited, in the bands that statistics report.
///
/// Source: `domain.md` section 3 ("Waiting time (England)").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitingBand {
    /// Up to 21 days.
    UpToThreeWeeks,
    /// 22 to 42 days.
    ThreeToSixWeeks,
    /// More than 42 days.
    OverSixWeeks,
}

impl WaitingBand {
    /// The band of a wait in days.
    pub fn of(days: i32) -> Self {
        match days {
            ..=21 => Self::UpToThreeWeeks,
            22..=42 => Self::ThreeToSixWeeks,
            43.. => Self::OverSixWeeks,
        }
    }
}

/// Days from being referred to an intervention to the first appointment *offered*, attended or not; `None`
/// when the offer lies before the referral, which is shown as invalid and never counted.
///
/// Source: `domain.md` section 3 (the client is not made to wait longer in the figures by missing it);
/// `cases.md` W1.
pub fn days_waited(referred_to_intervention: Date, first_appointment_offered: Date) -> Option<i32> {
    let days = days_between(referred_to_intervention, first_appointment_offered);
    (days >= 0).then_some(days)
}

/// The clock from referral to triage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriageClock {
    /// Triaged within the window.
    InTime {
        /// Days from referral to triage.
        days: i32,
    },
    /// Triaged after it.
    Late {
        /// Days from referral to triage.
        days: i32,
    },
    /// Not triaged, and there is time.
    Running {
        /// Days since referral.
        day: i32,
    },
    /// Not triaged, and the window is over.
    Overdue {
        /// Days since referral.
        day: i32,
    },
}

/// Where a referral stands on its way to triage at the end of `as_of`.
///
/// Source: `cases.md` W2, with `within_days` [`TRIAGE_WITHIN_DAYS`] unless an area sets its own.
pub fn triage_clock(referred: Date, triaged: Option<Date>, as_of: Date, within_days: i32) -> TriageClock {
    match triaged.filter(|triaged| *triaged <= as_of) {
        Some(triaged) => {
            let days = days_between(referred, triaged);
            if days <= within_days {
                TriageClock::InTime { days }
            } else {
                TriageClock::Late { days }
            }
        }
        None => {
            let day = days_between(referred, as_of);
            if day <= within_days {
                TriageClock::Running { day }
            } else {
                TriageClock::Overdue { day }
            }
        }
    }
}

/// True when the person was on a service's waiting list at the end of a day: accepted or triaged, in need of
/// an intervention, and not started.
///
/// `episode` is the one that came of the referral, if any. Between acceptance and triage the need is
/// presumed; a triage that opened no episode found none. As known now or as known then is decided by the
/// state from which both are taken.
///
/// Source: `cases.md` W3.
pub fn on_waiting_list(referral: &Referral, episode: Option<&Episode>, day: Date) -> bool {
    let by = |date: Date| date <= day;
    if !by(referral.received.date()) || referral.closed().is_some_and(|at| by(at.date())) {
        return false;
    }
    if let Some(episode) = episode.filter(|episode| by(episode.opened.date())) {
        return waits_in(episode, day);
    }
    let triaged = referral.triaged.as_ref().is_some_and(|(at, _)| by(at.date()));
    !triaged && referral.accepted.is_some_and(|at| by(at.date()))
}

/// True when an episode, open on a day, waits for its first structured intervention, or for another one for
/// which the person was placed on the list.
///
/// Source: `cases.md` W3.
pub fn waits_in(episode: &Episode, day: Date) -> bool {
    let by = |date: Date| date <= day;
    if !by(episode.opened.date()) || episode.exit.as_ref().is_some_and(|exit| by(exit.at.date())) {
        return false;
    }
    let placed = episode.waits.iter().rev().find(|wait| by(wait.placed.date()));
    if let Some(wait) = placed {
        let started = episode
            .interventions
            .iter()
            .any(|one| one.structured && one.started.date() >= wait.placed.date() && by(one.started.date()));
        let removed = wait.removed.as_ref().is_some_and(|(at, _)| by(at.date()));
        return !started && !removed;
    }
    !episode
        .interventions
        .iter()
        .any(|one| one.structured && by(one.started.date()))
}
