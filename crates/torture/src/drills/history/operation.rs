//! What clients asked of a log, what they were answered, and when: the words of a history.

/// An event as the log tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub position: u64,
    pub stream: u32,
    pub version: u32,
    /// The event's id, which only one operation sent.
    pub event: u128,
}

/// Events for one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub stream: u32,
    pub expected: u32,
    pub events: Vec<u128>,
}

/// A client's key. Clients may use the same numbers: keys of different clients never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub client: u32,
    pub number: u64,
    /// Stands for the digest of what was asked.
    pub request: u64,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Append {
        parts: Vec<Part>,
        key: Option<Key>,
        /// What is to be answered when the key comes again: unique to this operation.
        token: u64,
    },
    ReadStream {
        stream: u32,
    },
    ReadLog {
        after: u64,
        limit: u32,
    },
}

impl Ask {
    /// The entries that an append would write, positions left out: (stream, version, event).
    pub fn would_write(&self) -> Vec<(u32, u32, u128)> {
        match self {
            Self::Append { parts, .. } => parts
                .iter()
                .flat_map(|part| {
                    (part.expected + 1..)
                        .zip(&part.events)
                        .map(|(version, event)| (part.stream, version, *event))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The key, when there is one.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Append { key, .. } => *key,
            _ => None,
        }
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Appended {
        first: u64,
        last: u64,
        /// The version that each stream reached, in the order asked.
        versions: Vec<(u32, u32)>,
    },
    Replayed {
        token: u64,
        first: u64,
        last: u64,
    },
    Conflict {
        stream: u32,
        actual: u32,
    },
    KeyReused,
    /// Nothing was written, for want of a connection or of room: it may be tried again.
    Refused,
    /// Nothing was written, and trying again is of no use.
    Forbidden,
    /// No answer, or that it is not known: it may be written, also later.
    Unknown,
    Read(Vec<Entry>),
}

/// One operation of a history. Times are of one clock that never goes back, in any unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operation {
    pub invoked: u64,
    pub returned: u64,
    pub ask: Ask,
    pub answer: Answer,
}

impl Operation {
    /// Until when what it asked may still happen: for ever, when it is not known whether it did.
    pub fn may_happen_until(&self) -> u64 {
        match self.answer {
            Answer::Unknown => u64::MAX,
            _ => self.returned,
        }
    }
}
