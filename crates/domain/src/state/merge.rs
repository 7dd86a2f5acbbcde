//! Merges that a record was part of, and records that are somebody else's.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode};
use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::id::{MergeId, PersonId};

/// Two records that are or were read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The merge.
    pub id: MergeId,
    /// Under whose id both are read.
    pub surviving: PersonId,
    /// The other one.
    pub absorbed: PersonId,
    /// Code of `identity-attestations`.
    pub attested: Code,
    /// Whose worker attested it.
    pub organisation: OrganisationCode,
    /// Since when.
    pub at: Dated,
    /// When it was undone, and why: code of `merge-undoing-reasons`.
    pub undone: Option<(Dated, Code)>,
}

/// Two records that are never to be offered as one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The record in which this is said; either of both where their events are folded together.
    pub one: PersonId,
    /// The other.
    pub other: PersonId,
    /// Code of `mismatch-reasons`.
    pub reason: Code,
    /// Since when.
    pub at: Dated,
}

impl PersonState {
    /// Both records tell of a merge; folded together it is one.
    pub(super) fn evolve_merge(&mut self, at: Dated, event: &RecordedEvent, fact: &Fact) {
        match fact {
            Fact::RecordsMerged(f) if self.merge(f.merge).is_none() => self.merges.push(Merge {
                id: f.merge,
                surviving: f.surviving,
                absorbed: f.absorbed,
                attested: f.attested.clone(),
                organisation: event.envelope.actor.organisation.clone(),
                at,
                undone: None,
            }),
            Fact::MergeUndone(f) => {
                if let Some(merge) = self.merges.iter_mut().find(|one| one.id == f.merge) {
                    merge.undone.get_or_insert((at, f.reason.clone()));
                }
            }
            Fact::MarkedNeverToMatch(f) => self.mismatches.push(Mismatch {
                one: PersonId(event.envelope.stream.id),
                other: f.other,
                reason: f.reason.clone(),
                at,
            }),
            _ => {}
        }
    }

    /// A merge by its id.
    pub fn merge(&self, id: MergeId) -> Option<&Merge> {
        self.merges.iter().find(|one| one.id == id)
    }

    /// True when two records were said to be two people's: by a mark, or by undoing their merge.
    ///
    /// Source: `cases.md` I3.
    pub fn never_match(&self, one: PersonId, other: PersonId) -> bool {
        let pair = |a: PersonId, b: PersonId| (a, b) == (one, other) || (b, a) == (one, other);
        self.mismatches.iter().any(|said| pair(said.one, said.other))
            || self
                .merges
                .iter()
                .any(|merge| merge.undone.is_some() && pair(merge.surviving, merge.absorbed))
    }
}
