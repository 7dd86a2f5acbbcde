//! What changed since rows were sent last. Of what was sent a fingerprint is remembered under the row's reference, both
//! made with a key, and nothing else: it says what is new, what was corrected and what is to be taken back, without
//! saying of whom.
//!
//! Source: `domain.md` 1.5 (the national system matches by what was sent) and 1.6 (deletes need an explicit delete of
//! the id).

use super::{Level, Set};
use std::collections::BTreeMap;

/// What is remembered of a row that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// In which set.
    pub set: Set,
    /// Of what it told.
    pub level: Level,
    /// A fingerprint of what it said.
    pub fingerprint: [u8; 16],
}

/// How a row stands to what was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It was never sent.
    New,
    /// It says something else than when it was sent.
    Corrected,
    /// It says the same.
    Same,
}

impl Change {
    /// Its name in the file of changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Corrected => "corrected",
            Self::Same => "same",
        }
    }
}

/// What was sent before and has not been met yet.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    before: BTreeMap<String, Sent>,
    now: BTreeMap<String, Sent>,
}

impl Memory {
    /// Of rows sent before, by their references.
    pub fn new(before: BTreeMap<String, Sent>) -> Self {
        Self {
            before,
            now: BTreeMap::new(),
        }
    }

    /// A row leaves.
    pub fn sends(&mut self, reference: &str, row: Sent) -> Change {
        let change = match self.before.remove(reference) {
            None => Change::New,
            Some(sent) if sent == row => Change::Same,
            Some(_) => Change::Corrected,
        };
        if change != Change::Same {
            self.now.insert(reference.to_owned(), row);
        }
        change
    }

    /// A row is there and does not leave this time: whatever was sent of it stays.
    pub fn holds_back(&mut self, reference: &str) {
        self.before.remove(reference);
    }

    /// What is to be taken back, and what is to be remembered anew.
    pub fn end(self) -> (BTreeMap<String, Sent>, BTreeMap<String, Sent>) {
        (self.before, self.now)
    }
}
