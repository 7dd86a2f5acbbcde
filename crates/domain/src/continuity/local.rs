//! The local reading of continuity: structured treatment, and people whom nobody could have picked up left
//! out, with the reason.
//!
//! Source: `cases.md` C6, C8, C10 to C12; `domain.md` section 2 (the "adjusted" figure).

use super::assess::Seen;
use super::{Answer, Figure};
use crate::fact::ReleaseEffect;

/// How the release counts locally.
pub(super) fn figure(seen: &Seen<'_>) -> Figure {
    if let Some(why) = seen.none_due() {
        return Figure::left_out(why);
    }
    let picked_up_in_time = seen
        .pick_up()
        .is_some_and(|touch| seen.in_window(seen.day(touch.on)));
    if seen.reading.local_leaves_out_died_and_returned && !picked_up_in_time {
        let in_window = |day: Option<i32>| day.filter(|day| seen.in_window(*day));
        if in_window(seen.died()).is_some() {
            return Figure::left_out("Died within the window before being picked up.");
        }
        if in_window(seen.returned()).is_some() && !anything_in_between(seen) {
            return Figure::left_out("Returned to custody within the window, with nothing in between.");
        }
    }
    let (in_numerator, why) = if picked_up_in_time {
        (Answer::Yes, "Picked up within the window.")
    } else if seen.pick_up().is_some() {
        (Answer::No, "Picked up late.")
    } else if seen.window_runs() && seen.returned().is_none() {
        (Answer::No, "The window still runs.")
    } else {
        (Answer::No, "Not picked up within the window.")
    };
    if seen.facts.effect == ReleaseEffect::Unknown {
        return Figure::perhaps(
            in_numerator,
            "No list explains the reason for release; it may not be one to the community.",
        );
    }
    if seen.facts.doubtful {
        return Figure::perhaps(
            in_numerator,
            "The record does not say that the person was in prison; the release is doubtful.",
        );
    }
    Figure::counted(in_numerator, why)
}

/// True when a community service triaged, treated or saw the person between release and return.
fn anything_in_between(seen: &Seen<'_>) -> bool {
    let facts = seen.facts;
    [
        &facts.first_triage,
        &facts.first_structured_start,
        &facts.first_seen_again,
    ]
    .into_iter()
    .any(|touch| seen.happened(touch.as_ref()).is_some())
}
