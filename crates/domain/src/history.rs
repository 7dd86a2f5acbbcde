//! A person's history, and the part of it that was true and known at some time.

use crate::event::RecordedEvent;
use crate::state::PersonState;
use crate::when::AsOf;

/// The events of one person, in the order in which they were recorded.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The events.
    pub events: Vec<RecordedEvent>,
}

impl History {
    /// A history of these events.
    pub fn new(events: Vec<RecordedEvent>) -> Self {
        Self { events }
    }

    /// The version of the stream: how many events it has. 0 for a person nobody recorded.
    pub fn version(&self) -> u32 {
        self.events
            .iter()
            .map(|event| event.envelope.stream_version)
            .max()
            .unwrap_or(0)
    }

    /// What was true at `as_of`, as far as it was known at log position `known_at`. Without them, now.
    pub fn cut(&self, as_of: Option<AsOf>, known_at: Option<u64>) -> impl Iterator<Item = &RecordedEvent> {
        self.events.iter().filter(move |event| {
            known_at.is_none_or(|position| event.envelope.position <= position)
                && as_of.is_none_or(|as_of| as_of.includes(event.envelope.occurred))
        })
    }

    /// Folds the part that was true and known.
    pub fn state(&self, as_of: Option<AsOf>, known_at: Option<u64>) -> PersonState {
        PersonState::fold(self.cut(as_of, known_at))
    }
}
