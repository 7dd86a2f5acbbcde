//! What was entered in error, and counts as never told.
//!
//! Source: `design.md`, "Time": recorded order decides only between a fact and its correction.

use super::running::Seen;
use super::{Dated, PersonState};
use crate::code::Code;
use crate::fact::{Fact, Replaced};
use crate::id::EventId;
use std::collections::HashSet;

/// An event that was entered in error, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voided {
    /// The event.
    pub event: EventId,
    /// What says so.
    pub by: Dated,
    /// Code of `correction-reasons`.
    pub reason: Code,
    /// What took its place.
    pub replaced: Replaced,
}

impl PersonState {
    /// The correction that voided an event, when one did.
    pub fn voided(&self, event: EventId) -> Option<&Voided> {
        self.voided.iter().find(|voided| voided.event == event)
    }
}

/// Takes out of the facts what was entered in error, and says what that was.
///
/// A correction counts against an event of its own stream that was recorded before it, and against another
/// correction too: whoever voids a void has the event count again. The last correction always counts, so going
/// back from it settles the others, whatever the order in which they arrived.
pub(super) fn take_out(facts: &mut Vec<Seen<'_>>) -> Vec<Voided> {
    let mut corrections: Vec<_> = facts
        .iter()
        .filter_map(|(told, event)| match event.fact() {
            Some(Fact::EventVoided(f)) => Some((told.at, &event.envelope, f)),
            _ => None,
        })
        .collect();
    if corrections.is_empty() {
        return Vec::new();
    }
    corrections.sort_by_key(|(_, envelope, _)| std::cmp::Reverse((envelope.stream_version, envelope.id)));
    let mut out = HashSet::new();
    let mut voided = Vec::new();
    for (at, envelope, fact) in corrections {
        let before = |(_, event): &Seen<'_>| {
            let other = &event.envelope;
            other.id == fact.event
                && other.stream == envelope.stream
                && other.stream_version < envelope.stream_version
        };
        if !out.contains(&envelope.id) && facts.iter().any(before) && out.insert(fact.event) {
            voided.push(Voided {
                event: fact.event,
                by: at,
                reason: fact.reason.clone(),
                replaced: fact.replaced,
            });
        }
    }
    facts.retain(|(_, event)| !out.contains(&event.envelope.id));
    voided.sort_by_key(|one| (one.by.date(), one.by.by));
    voided
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::History;
    use crate::rows::story::*;
    use crate::when::AsOf;

    fn void(of: u128) -> crate::fact::EventVoided {
        crate::fact::EventVoided {
            event: event(of),
            reason: code("entered_in_error"),
            replaced: Replaced::No,
        }
    }

    fn kits(story: &Story) -> usize {
        story.state().kits.len()
    }

    #[test]
    fn what_was_entered_in_error_counts_as_never_told() {
        let told = Story::new().on("2026-03-01", issued(1, "2028-01-31"));
        assert_eq!(kits(&told), 1);
        let voided = told.on("2026-03-04", void(1));
        assert_eq!(kits(&voided), 0);
        assert_eq!(
            voided.state().voided(event(1)).map(|one| one.by.date()),
            Some(day("2026-03-04"))
        );
    }

    #[test]
    fn a_void_that_was_an_error_is_voided_and_the_event_counts_again() {
        let mut story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-04", void(1))
            .on("2026-03-05", void(2));
        assert_eq!(kits(&story), 1);
        assert!(story.state().voided(event(1)).is_none());
        story = story.on("2026-03-06", void(1));
        assert_eq!(kits(&story), 0, "voided once more");
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-01", issued(2, "2028-01-31"))
            .on("2026-03-04", void(1))
            .on("2026-03-04", void(3))
            .on("2026-03-04", void(2));
        for events in story.other_orders() {
            assert_eq!(crate::state::PersonState::fold(&events), story.state());
        }
    }

    /// T1: what was known on the day before the correction does not change.
    #[test]
    fn before_the_correction_was_known_the_event_counts() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-04", void(1));
        assert_eq!(story.history().state(None, Some(1)).kits.len(), 1);
        assert_eq!(story.history().state(None, Some(2)).kits.len(), 0);
    }

    /// What is asked about the past is answered by what is known now, corrections included.
    #[test]
    fn a_day_before_the_correction_is_told_without_the_error() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-04", void(1));
        let then = Some(AsOf::EndOf(day("2026-03-02")));
        assert_eq!(story.history().state(then, None).kits.len(), 0);
        assert_eq!(story.history().state(then, Some(1)).kits.len(), 1);
    }

    #[test]
    fn a_running_fold_that_learns_of_an_error_forgets_what_it_was() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-04", void(1))
            .on("2026-03-05", issued(2, "2028-01-31"));
        for events in story.other_orders() {
            let mut history = History::default();
            for one in &events {
                history.now();
                history.learn([one.clone()]);
            }
            assert_eq!(*history.now(), story.state());
        }
    }

    #[test]
    fn a_correction_of_something_never_told_changes_nothing() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-03-04", void(9));
        assert_eq!(kits(&story), 1);
        assert!(story.state().voided.is_empty());
    }
}
