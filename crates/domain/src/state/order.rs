//! The order of facts, which does not depend on the order in which they arrived.
//!
//! Source: `design.md`, "Time": London date, undated before timed, type rank, source reference, event id.

use crate::event::{RecordedEvent, SourceReference};
use crate::fact::Fact;
use crate::id::EventId;
use jiff::Timestamp;
use jiff::civil::Date;

/// What facts are ordered by. No instant sorts before any instant: undated before timed.
pub(super) type Key<'a> = (Date, Option<Timestamp>, u8, Option<&'a SourceReference>, EventId);

/// The place of an event of this day.
pub(super) fn key(event: &RecordedEvent, day: Date) -> Key<'_> {
    let envelope = &event.envelope;
    (
        day,
        envelope.occurred.instant(),
        rank(event.fact()),
        envelope.source.as_ref(),
        envelope.id,
    )
}

/// The type rank; an erased fact stands last.
pub(super) fn rank(fact: Option<&Fact>) -> u8 {
    fact.map_or(u8::MAX, Fact::rank)
}

/// The events in order of facts. Each one's day in London is worked out once.
pub fn in_order<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> Vec<&'a RecordedEvent> {
    let mut keyed: Vec<(Key<'a>, &'a RecordedEvent)> = events
        .into_iter()
        .map(|event| (key(event, event.envelope.occurred.date()), event))
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, event)| event).collect()
}
