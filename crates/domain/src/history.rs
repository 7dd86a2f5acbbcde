//! A person's history, and the part of it that was true and known at some time.

use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::id::PersonId;
use crate::merge::Ties;
use crate::state::{PersonState, Running};
use crate::stream::StreamId;
use crate::when::AsOf;
use std::sync::OnceLock;
use uuid::Uuid;

/// The events of one person, in the order in which they were recorded: of one stream, or of several that were merged.
///
/// They are folded once, when somebody asks, however many then do.
#[derive(Clone, Debug, Default)]
pub struct History {
    events: Vec<RecordedEvent>,
    running: OnceLock<Running>,
    joined: Option<Joined>,
}

/// The streams of a history that has several.
#[derive(Clone, Debug)]
struct Joined {
    surviving: PersonId,
    streams: Vec<StreamId>,
    /// Where what is recorded next goes.
    addressed: StreamId,
}

impl History {
    /// A history of these events.
    pub fn new(events: Vec<RecordedEvent>) -> Self {
        Self {
            events,
            running: OnceLock::new(),
            joined: None,
        }
    }

    /// The history of a person out of the events of every record that was ever merged with theirs, in order of
    /// position, as the merges known at a log position have it. What is recorded next goes to the person's own record.
    pub fn of_person(person: PersonId, linked: Vec<RecordedEvent>, known_at: Option<u64>) -> Self {
        let known = |event: &&RecordedEvent| known_at.is_none_or(|at| event.envelope.position <= at);
        let records = Ties::of(linked.iter().filter(known)).records(person);
        let mut events = linked;
        events.retain(|event| records.all.contains(&PersonId(event.envelope.stream.id)));
        let joined = (records.all.len() > 1).then(|| Joined {
            surviving: records.surviving,
            streams: records.all.iter().copied().map(StreamId::person).collect(),
            addressed: StreamId::person(person),
        });
        Self {
            joined,
            ..Self::new(events)
        }
    }

    /// The same history with other events: a part of them, or more.
    #[must_use]
    pub fn with(&self, events: Vec<RecordedEvent>) -> Self {
        Self {
            joined: self.joined.clone(),
            ..Self::new(events)
        }
    }

    /// The same history, when what is recorded next goes to one of its streams.
    #[must_use]
    pub fn addressed_to(mut self, stream: StreamId) -> Self {
        if let Some(joined) = &mut self.joined
            && joined.streams.contains(&stream)
        {
            joined.addressed = stream;
        }
        self
    }

    /// Under whose id the person is read: that of the record, or the surviving one of several.
    pub fn person(&self) -> PersonId {
        match &self.joined {
            Some(joined) => joined.surviving,
            None => PersonId(self.stream().id),
        }
    }

    /// Every stream, each with its version.
    pub fn streams(&self) -> Vec<(StreamId, u32)> {
        match &self.joined {
            Some(joined) => {
                let version = |stream: &StreamId| (*stream, self.version_of(*stream));
                joined.streams.iter().map(version).collect()
            }
            None => vec![(self.stream(), self.version())],
        }
    }

    /// True when it has several streams.
    pub fn is_joined(&self) -> bool {
        self.joined.is_some()
    }

    /// The events.
    pub fn events(&self) -> &[RecordedEvent] {
        &self.events
    }

    /// Adds events recorded since.
    pub fn learn(&mut self, new: impl IntoIterator<Item = RecordedEvent>) {
        let known = self.events.len();
        self.events.extend(new);
        if let Some(running) = self.running.get_mut() {
            let (seen, new) = self.events.split_at(known);
            running.learn(seen, new);
        }
    }

    /// The fold of everything, ready to learn what is recorded next.
    pub fn running(&self) -> &Running {
        self.running.get_or_init(|| Running::of(&self.events))
    }

    /// What is true now, by everything that is known.
    pub fn now(&self) -> &PersonState {
        self.running().state()
    }

    /// The stream that the events are of, and what is recorded next goes to; nobody's while there are none.
    pub fn stream(&self) -> StreamId {
        if let Some(joined) = &self.joined {
            return joined.addressed;
        }
        let first = self.events.first();
        first.map_or(StreamId::person(PersonId(Uuid::nil())), |event| {
            event.envelope.stream
        })
    }

    /// The version of the stream: how many events it has. 0 for a person nobody recorded.
    pub fn version(&self) -> u32 {
        self.version_of(self.stream())
    }

    fn version_of(&self, stream: StreamId) -> u32 {
        self.events
            .iter()
            .filter(|event| event.envelope.stream == stream)
            .map(|event| event.envelope.stream_version)
            .max()
            .unwrap_or(0)
    }

    /// How many events its streams have.
    pub fn total(&self) -> u32 {
        self.streams()
            .iter()
            .fold(0, |sum, (_, version)| sum.saturating_add(*version))
    }

    /// What was true at `as_of`, as far as it was known at log position `known_at`. Without them, now.
    ///
    /// Corrections belong to it whatever `as_of`: what was entered in error was never true.
    pub fn cut(&self, as_of: Option<AsOf>, known_at: Option<u64>) -> impl Iterator<Item = &RecordedEvent> {
        self.events.iter().filter(within(as_of, known_at))
    }

    /// True when all of it was true and known.
    pub fn is_within(&self, as_of: Option<AsOf>, known_at: Option<u64>) -> bool {
        let within = within(as_of, known_at);
        self.events.iter().all(|event| within(&event))
    }

    /// The history of the part that was true and known.
    pub fn narrowed(&self, as_of: Option<AsOf>, known_at: Option<u64>) -> Self {
        self.with(self.cut(as_of, known_at).cloned().collect())
    }

    /// Folds the part that was true and known.
    pub fn state(&self, as_of: Option<AsOf>, known_at: Option<u64>) -> PersonState {
        match (as_of, known_at) {
            (None, None) => self.now().clone(),
            _ => PersonState::fold(self.cut(as_of, known_at)),
        }
    }
}

/// Whether an event was true and known.
fn within(as_of: Option<AsOf>, known_at: Option<u64>) -> impl Fn(&&RecordedEvent) -> bool {
    move |event| {
        known_at.is_none_or(|position| event.envelope.position <= position)
            && as_of.is_none_or(|as_of| {
                as_of.includes(event.envelope.occurred) || event.fact().is_some_and(Fact::is_correction)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReleaseEffect;
    use crate::rows::story::{Story, day, received, released};

    fn in_and_out() -> History {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", released("MDI", ReleaseEffect::Community, None))
            .history()
    }

    #[test]
    fn a_narrowed_history_is_folded_anew_unless_nothing_was_left_out() {
        for (until, events) in [("2026-01-09", 0), ("2026-01-31", 1), ("2026-02-01", 2)] {
            let whole = in_and_out();
            let as_of = Some(AsOf::EndOf(day(until)));
            let expected = whole.state(as_of, None);
            assert_eq!(whole.now().custody.releases.len(), 1, "folded already");
            let narrowed = whole.narrowed(as_of, None);
            assert_eq!(narrowed.events().len(), events);
            assert_eq!(*narrowed.now(), expected, "{until}");
        }
    }

    #[test]
    fn a_narrowed_history_holds_what_was_known_at_a_position() {
        let known = in_and_out().narrowed(None, Some(1));
        assert_eq!(known.events().len(), 1);
        assert!(known.now().custody.releases.is_empty());
    }
}
