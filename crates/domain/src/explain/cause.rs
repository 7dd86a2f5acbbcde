//! By which events a view came to say something else.
//!
//! What became known is gone through event by event, in the order in which it was recorded, and the view asked after each:
//! a value was changed by the events after which it was another one. So each difference has a cause, also where two events
//! each alone would have made it.

use super::{Changed, Value, difference};
use crate::event::RecordedEvent;
use crate::history::History;
use crate::id::EventId;
use crate::state::{PersonState, Running};
use std::collections::{BTreeMap, HashSet};

/// A value that is not the same as before, and the events that made it another one, in the order in which they were
/// recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caused {
    /// The value.
    pub changed: Changed,
    /// The events.
    pub because: Vec<EventId>,
}

/// What differs between a view and what it says after some steps, each the event that became known with what the view says
/// then.
pub fn caused(before: &[Value], steps: impl IntoIterator<Item = (EventId, Vec<Value>)>) -> Vec<Caused> {
    let mut because: BTreeMap<String, Vec<EventId>> = BTreeMap::new();
    let mut last = before.to_vec();
    for (event, values) in steps {
        for changed in difference(&last, &values) {
            let events = because.entry(changed.name).or_default();
            if events.last() != Some(&event) {
                events.push(event);
            }
        }
        last = values;
    }
    difference(before, &last)
        .into_iter()
        .map(|changed| Caused {
            because: because.remove(&changed.name).unwrap_or_default(),
            changed,
        })
        .collect()
}

/// What a view of a person says otherwise by what became known between two times, and because of which events. Both
/// histories hold what was true and may be shown; `from` what was known first, nothing when nobody knew the person.
///
/// Where records were joined or parted meanwhile, the histories differ by more than what was recorded: that is laid to the
/// event that joined or parted them.
pub fn known_between(from: &History, to: &History, view: impl Fn(&PersonState) -> Vec<Value>) -> Vec<Caused> {
    let before = view(from.now());
    let mut events: Vec<RecordedEvent> = from.events().to_vec();
    let first = events.len();
    events.extend(recorded_between(from, to).cloned());
    let mut running = Running::of(&events[..first]);
    let mut steps: Vec<(EventId, Vec<Value>)> = Vec::new();
    for at in first..events.len() {
        running.learn(&events[..at], &events[at..=at]);
        steps.push((events[at].envelope.id, view(running.state())));
    }
    let same = events.len() == to.events().len();
    let parted = events[first..]
        .iter()
        .rfind(|event| event.fact().is_some_and(crate::fact::Fact::is_correction));
    if !same && let Some(parted) = parted.or(events.last()) {
        steps.push((parted.envelope.id, view(to.now())));
    }
    caused(&before, steps)
}

/// What `to` has beyond `from`, in the order in which it was recorded.
pub fn recorded_between<'a>(from: &History, to: &'a History) -> impl Iterator<Item = &'a RecordedEvent> {
    let known: HashSet<EventId> = from.events().iter().map(|event| event.envelope.id).collect();
    let mut new: Vec<&RecordedEvent> = to
        .events()
        .iter()
        .filter(|event| !known.contains(&event.envelope.id))
        .collect();
    new.sort_by_key(|event| event.envelope.position);
    new.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::values;
    use crate::fact::ReleaseEffect;
    use crate::rows::story::*;
    use crate::when::AsOf;

    fn at(story: &Story, known: u64, text: &str) -> History {
        story
            .history()
            .narrowed(Some(AsOf::EndOf(day(text))), Some(known))
    }

    fn between(story: &Story, from: u64, to: u64, text: &str) -> Vec<(String, Option<String>, Vec<EventId>)> {
        let view = |state: &PersonState| values(state, &directory(), day(text));
        known_between(&at(story, from, text), &at(story, to, text), view)
            .into_iter()
            .map(|one| (one.changed.name, one.changed.after, one.because))
            .collect()
    }

    fn late() -> Story {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .told(
                "2026-03-01",
                "2026-03-04",
                released("MDI", ReleaseEffect::Community, None),
            )
            .told("2026-03-02", "2026-03-05", referral(1, "northshire-community"))
    }

    #[test]
    fn a_release_told_late_is_what_changed_where_the_person_was() {
        let told = between(&late(), 1, 2, "2026-03-01");
        let status = told
            .iter()
            .find(|(name, ..)| name == "/pathway/setting/status")
            .unwrap();
        assert_eq!(status.1.as_deref(), Some("community"));
        assert_eq!(status.2, [event(2)]);
        let prison = told.iter().find(|(name, ..)| name == "/pathway/setting/prison");
        assert_eq!(prison.unwrap().1, None, "it is no longer there");
    }

    #[test]
    fn what_happened_after_the_day_asked_about_changes_nothing() {
        assert!(between(&late(), 2, 3, "2026-03-01").is_empty());
        assert!(!between(&late(), 2, 3, "2026-03-02").is_empty());
    }

    #[test]
    fn between_a_time_and_itself_nothing_changed() {
        assert!(between(&late(), 3, 3, "2026-03-09").is_empty());
    }

    #[test]
    fn what_changed_and_changed_back_is_no_difference() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", crate::fact::SentToCourt { prison: None })
            .on("2026-02-01", crate::fact::ReturnedFromCourt { prison: None });
        let told = between(&story, 1, 3, "2026-02-02");
        let names: Vec<_> = told.iter().map(|(name, ..)| name.as_str()).collect();
        assert!(!names.contains(&"/pathway/setting/status"), "{names:?}");
    }

    #[test]
    fn every_difference_has_a_cause_among_what_became_known() {
        let story = late();
        for from in 0..=3 {
            for to in from..=3 {
                let new: Vec<_> = (from + 1..=to).map(|it| event(u128::from(it))).collect();
                for (name, _, because) in between(&story, from, to, "2026-03-09") {
                    assert!(!because.is_empty(), "{name}");
                    assert!(because.iter().all(|event| new.contains(event)), "{name}");
                }
            }
        }
    }
}
