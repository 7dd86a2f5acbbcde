//! The order of facts, which does not depend on the order in which they arrived.
//!
//! Source: `design.md`, "Time": London date, undated before timed, type rank, source reference, event id.

use crate::event::RecordedEvent;
use crate::when::Occurred;
use std::cmp::Ordering;

/// Compares two events by when their facts were true.
pub fn compare(a: &RecordedEvent, b: &RecordedEvent) -> Ordering {
    let (x, y) = (&a.envelope, &b.envelope);
    x.occurred
        .date()
        .cmp(&y.occurred.date())
        .then_with(|| match (x.occurred, y.occurred) {
            (Occurred::On(_), Occurred::At(_)) => Ordering::Less,
            (Occurred::At(_), Occurred::On(_)) => Ordering::Greater,
            (Occurred::On(_), Occurred::On(_)) => Ordering::Equal,
            (Occurred::At(s), Occurred::At(t)) => s.cmp(&t),
        })
        .then_with(|| rank(a).cmp(&rank(b)))
        .then_with(|| x.source.cmp(&y.source))
        .then_with(|| x.id.cmp(&y.id))
}

fn rank(event: &RecordedEvent) -> u8 {
    event.fact().map_or(u8::MAX, crate::fact::Fact::rank)
}

/// The events in order of facts.
pub fn in_order<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> Vec<&'a RecordedEvent> {
    let mut ordered: Vec<_> = events.into_iter().collect();
    ordered.sort_by(|a, b| compare(a, b));
    ordered
}
