//! Whether an append may be written: by comparing, never by provoking an error, so that a clash fails only its own
//! append. Pure; the database's part is to read what is compared.

use super::find::StoredAnswer;
use super::prepare::Prepared;
use super::{AppendOutcome, Appended};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use throughcare_domain::id::EventId;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// Streams that began in this batch, and the event that began them.
pub(super) type Begun = HashMap<Uuid, EventId>;

/// What the decision of each append of a group is compared with: read under the locked head, then carried on from
/// append to append within the group.
pub(super) struct Ground {
    /// Position of the last event.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The database's clock, read under the lock.
    pub now: Timestamp,
    /// The version of each stream named by the group; absent streams are at 0.
    pub versions: HashMap<Uuid, u32>,
    /// Answers to the keys named by the group.
    pub answers: HashMap<(String, Uuid), StoredAnswer>,
    /// What became of the references named by the group: (client, system, value).
    pub references: HashMap<(String, String, String), Uuid>,
    /// Who holds the identifiers named by the group.
    pub claims: HashMap<(IdentifierKind, [u8; 32]), HashSet<StreamId>>,
    /// Streams begun in this batch.
    pub begun: Begun,
}

impl Ground {
    /// Judges an append; when it may be written, the ground moves on as if it were.
    pub(super) fn judge(&mut self, append: &Prepared) -> AppendOutcome {
        if let Some(clash) = self.clash(append) {
            return clash;
        }
        let first_position = self.position + 1;
        self.position += append.events;
        // An import may tell when it was recorded; no clock makes the log go back or run ahead.
        let told = append.recorded_at.map_or(self.now, |told| told.min(self.now));
        self.recorded_at = self.recorded_at.max(told);
        self.take(append, first_position);
        AppendOutcome::Appended(Appended {
            first_position,
            last_position: self.position,
            recorded_at: self.recorded_at,
            versions: append
                .streams
                .iter()
                .map(|stream| (stream.stream, stream.reached))
                .collect(),
        })
    }

    fn clash(&self, append: &Prepared) -> Option<AppendOutcome> {
        if let Some(asked) = &append.idempotency
            && let Some(stored) = self.answers.get(&(asked.client.clone(), asked.key))
        {
            return Some(if stored.fingerprint == asked.fingerprint {
                AppendOutcome::Replayed {
                    answer: stored.answer.clone(),
                    first_position: stored.first_position,
                    last_position: stored.last_position,
                }
            } else {
                AppendOutcome::KeyReused
            });
        }
        for reference in &append.references {
            let key = (
                reference.client.clone(),
                reference.source.system.clone(),
                reference.source.value.clone(),
            );
            if let Some(&entity) = self.references.get(&key) {
                return Some(AppendOutcome::DuplicateReference { entity });
            }
        }
        for stream in &append.streams {
            let actual = self.versions.get(&stream.stream.id).copied().unwrap_or(0);
            let sealed_for_another = stream.expected > 0
                && stream
                    .begun_by
                    .is_some_and(|by| self.begun.get(&stream.stream.id) != Some(&by));
            if actual != stream.expected || sealed_for_another {
                return Some(AppendOutcome::Conflict {
                    stream: stream.stream,
                    actual,
                });
            }
        }
        // Releases come first: a claim may move from one record to another in one append.
        let released = |kind, blind, holder| {
            append
                .claims
                .iter()
                .any(|c| c.release && c.kind == kind && c.blind == blind && c.stream == holder)
        };
        for claim in append
            .claims
            .iter()
            .filter(|claim| !claim.release && claim.kind.is_strong())
        {
            let holders = self.claims.get(&(claim.kind, claim.blind));
            let other = holders.and_then(|holders| {
                holders
                    .iter()
                    .find(|by| **by != claim.stream && !released(claim.kind, claim.blind, **by))
            });
            if let Some(&by) = other {
                return Some(AppendOutcome::IdentifierClaimed { kind: claim.kind, by });
            }
        }
        None
    }

    fn take(&mut self, append: &Prepared, first_position: u64) {
        for stream in &append.streams {
            self.versions.insert(stream.stream.id, stream.reached);
            if let (0, Some(by)) = (stream.expected, stream.begun_by) {
                self.begun.insert(stream.stream.id, by);
            }
        }
        if let Some(asked) = &append.idempotency {
            let answer = StoredAnswer {
                fingerprint: asked.fingerprint,
                answer: asked.answer.clone(),
                first_position,
                last_position: self.position,
            };
            self.answers.insert((asked.client.clone(), asked.key), answer);
        }
        for reference in &append.references {
            let source = &reference.source;
            let key = (
                reference.client.clone(),
                source.system.clone(),
                source.value.clone(),
            );
            self.references.insert(key, reference.entity);
        }
        for release in [true, false] {
            for claim in append.claims.iter().filter(|claim| claim.release == release) {
                let holders = self.claims.entry((claim.kind, claim.blind)).or_default();
                if release {
                    holders.remove(&claim.stream);
                } else {
                    holders.insert(claim.stream);
                }
            }
        }
    }
}
