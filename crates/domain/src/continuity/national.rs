//! The national reading of continuity (PHOF C20).
//!
//! Source: `domain.md` section 2; `cases.md` C4, C6, C8, C10, C11, C12.

use super::assess::{Seen, not_to_the_community};
use super::{Answer, Figure, PrisonTreatment};
use crate::fact::ReleaseEffect;

/// How the release counts nationally.
pub(super) fn figure(seen: &Seen<'_>) -> Figure {
    let facts = seen.facts;
    if seen.today() < 0 {
        return Figure::left_out("The release is still to come on that day.");
    }
    if let Some(why) = not_to_the_community(facts.effect) {
        return Figure::left_out(why);
    }
    if facts.area.as_ref().is_some_and(|area| {
        seen.reading
            .outside_england
            .iter()
            .any(|code| code == area.as_str())
    }) {
        return Figure::left_out("Residence on release is outside England.");
    }
    let (in_numerator, why) = numerator(seen);
    let doubt = match &facts.prison_treatment {
        PrisonTreatment::None => {
            return Figure::left_out("No treatment in prison is on record, so that no need was handed over.");
        }
        PrisonTreatment::Ended { on, .. } if *on > seen.as_of => Some(END_UNKNOWN),
        PrisonTreatment::Open => Some(END_UNKNOWN),
        PrisonTreatment::Ended { reason, .. } => {
            if !seen
                .reading
                .national_prison_exits
                .iter()
                .any(|code| code == reason.as_str())
            {
                return Figure::left_out(
                    "Treatment in prison did not end as transferred, not in custody (83), so that no need was handed over.",
                );
            }
            None
        }
    };
    let doubt = match facts.age() {
        Some(age) if age < seen.reading.national_minimum_age => {
            return Figure::left_out("Not an adult on the day of release.");
        }
        None => doubt.or(Some("The date of birth is unknown; only adults count.")),
        Some(_) => doubt,
    };
    let doubt = if facts.effect == ReleaseEffect::Unknown {
        Some("No list explains the reason for release; it may not be one to the community.")
    } else if facts.doubtful {
        Some("The record does not say that the person was in prison; the release is doubtful.")
    } else {
        doubt
    };
    match doubt {
        Some(doubt) => Figure::perhaps(in_numerator, doubt),
        None => Figure::counted(in_numerator, why),
    }
}

const END_UNKNOWN: &str = "The end of treatment in prison has not been recorded; the release counts if it ended as transferred, not in custody (83).";

/// Whether community treatment within the window counts: by triage or by structured start, as the reading
/// says. Deaths and returns to custody stay in (C6, C12).
fn numerator(seen: &Seen<'_>) -> (Answer, &'static str) {
    let facts = seen.facts;
    let (touch, yes) = if seen.reading.national_counts_triage {
        (
            &facts.first_triage,
            "Triaged by a community service within the window.",
        )
    } else {
        (
            &facts.first_structured_start,
            "Structured treatment in the community started within the window.",
        )
    };
    if seen
        .happened(touch.as_ref())
        .is_some_and(|touch| seen.in_window(seen.day(touch.on)))
    {
        return (Answer::Yes, yes);
    }
    if facts.open_episode.is_some() {
        return (
            Answer::Uncertain,
            "A community episode was already open at release; whether it counts nationally is not published.",
        );
    }
    let in_window = |day: Option<i32>| day.is_some_and(|day| seen.in_window(day));
    let why = if in_window(seen.died()) {
        "Died within the window without being picked up; no published rule leaves deaths out."
    } else if in_window(seen.returned()) {
        "Returned to custody within the window without being picked up; no published rule leaves returns out."
    } else if seen.window_runs() {
        "The window still runs."
    } else {
        "Not picked up within the window."
    };
    (Answer::No, why)
}
