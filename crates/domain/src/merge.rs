//! Records that are one person's: which of several streams are folded together, and under whose id.
//!
//! A merge is one event in each of two records. Merges that are not undone tie records together; whoever is asked for
//! one of them is answered with all. In each tie one id survives, and nobody survives two ties as the one that is
//! given up, so that following them upwards ends at one id.
//!
//! Source: `design.md`, "Streams" (merge); `cases.md` I3.

use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::id::{MergeId, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// Most records that can be one person's. Each decision compares the versions of all of them, and an append compares
/// 16 at most.
pub const MOST_RECORDS: usize = 12;

/// The records that are one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// Under whose id they are read.
    pub surviving: PersonId,
    /// All of them.
    pub all: BTreeSet<PersonId>,
}

/// What is known of merges from some events, taken up one after the other in order of position.
#[derive(Clone, Debug, Default)]
pub struct Ties {
    merges: BTreeMap<MergeId, (PersonId, PersonId)>,
    undone: BTreeSet<MergeId>,
}

impl Ties {
    /// Ties said by these events.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e RecordedEvent>) -> Self {
        let mut ties = Self::default();
        for event in events {
            ties.learn(event);
        }
        ties
    }

    /// Learns what an event says; true when that may change who belongs together.
    pub fn learn(&mut self, event: &RecordedEvent) -> bool {
        match event.fact() {
            Some(Fact::RecordsMerged(f)) => {
                self.merges.insert(f.merge, (f.surviving, f.absorbed));
                true
            }
            Some(Fact::MergeUndone(f)) => self.undone.insert(f.merge),
            _ => false,
        }
    }

    /// The records that are one person's with this one.
    pub fn records(&self, person: PersonId) -> Records {
        let holding: Vec<_> = self
            .merges
            .iter()
            .filter(|(merge, _)| !self.undone.contains(merge))
            .map(|(_, pair)| *pair)
            .collect();
        let mut all = BTreeSet::from([person]);
        loop {
            let before = all.len();
            for (surviving, absorbed) in &holding {
                if all.contains(surviving) || all.contains(absorbed) {
                    all.extend([*surviving, *absorbed]);
                }
            }
            if all.len() == before {
                break;
            }
        }
        // Two merges told at once by a program that did not compare may give one record up twice: then the least id
        // survives, whoever asks.
        let given_up = |one: &&PersonId| holding.iter().any(|(_, absorbed)| absorbed == *one);
        let surviving = all.iter().find(|one| !given_up(one)).copied();
        Records {
            surviving: surviving.or(all.first().copied()).unwrap_or(person),
            all,
        }
    }
}
