//! Which records are sealed, by what organisations told.
//!
//! Taken in the order of the log, as memberships are: a seal counts from when this system knows of it.

use super::Told;
use crate::code::{Code, OrganisationCode};
use crate::event::RecordedEvent;
use crate::fact::{Fact, Named};
use crate::id::{PersonId, SealId};
use std::collections::BTreeMap;

/// A record that is sealed, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Its id.
    pub id: SealId,
    /// Which organisation sealed the record, and answers for who sees it.
    pub organisation: OrganisationCode,
    /// Every record that is read as the person's.
    pub records: Vec<PersonId>,
    /// Code of `seal-reasons`.
    pub reason: Code,
    /// Who goes on seeing it.
    pub named: Vec<Named>,
    /// When and by whom it was placed.
    pub placed: Told,
    /// When and by whom it was lifted, with the code of `seal-lift-reasons`.
    pub lifted: Option<(Told, Code)>,
}

impl Seal {
    /// True while it stands.
    pub fn stands(&self) -> bool {
        self.lifted.is_none()
    }

    /// True for somebody who is named.
    pub fn names(&self, organisation: &OrganisationCode, user: &str) -> bool {
        let mut named = self.named.iter();
        named.any(|one| one.organisation == *organisation && one.user.as_str() == user)
    }
}

/// Every seal, those that were lifted included, in the order of the log.
#[derive(Clone, Debug, Default)]
pub struct Seals {
    all: Vec<Seal>,
    /// Of each record, which seals stand.
    standing: BTreeMap<PersonId, Vec<usize>>,
}

impl Seals {
    /// Every seal.
    pub fn all(&self) -> &[Seal] {
        &self.all
    }

    /// A seal by its id.
    pub fn seal(&self, id: SealId) -> Option<&Seal> {
        self.all.iter().find(|one| one.id == id)
    }

    /// The seals that stand on a record.
    pub fn on(&self, record: PersonId) -> impl Iterator<Item = &Seal> {
        let standing = self.standing.get(&record).map_or(&[][..], Vec::as_slice);
        standing.iter().filter_map(|at| self.all.get(*at))
    }

    /// True for what tells of seals.
    pub fn is_told_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::RecordSealed(_) | Fact::SealChanged(_) | Fact::SealLifted(_)
        )
    }

    /// Learns the next event of the log.
    pub(super) fn learn(&mut self, event: &RecordedEvent) {
        let actor = &event.envelope.actor;
        let told = Told {
            at: event.envelope.recorded_at,
            by: actor.user.clone().unwrap_or_else(|| actor.client.clone()),
        };
        match event.fact() {
            Some(Fact::RecordSealed(f)) => {
                for record in &f.records {
                    self.standing.entry(*record).or_default().push(self.all.len());
                }
                self.all.push(Seal {
                    id: f.seal,
                    organisation: actor.organisation.clone(),
                    records: f.records.clone(),
                    reason: f.reason.clone(),
                    named: f.named.clone(),
                    placed: told,
                    lifted: None,
                });
            }
            Some(Fact::SealChanged(f)) => {
                if let Some(one) = self.all.iter_mut().find(|one| one.id == f.seal) {
                    one.named.clone_from(&f.named);
                }
            }
            Some(Fact::SealLifted(f)) => {
                let Some(at) = self.all.iter().position(|one| one.id == f.seal) else {
                    return;
                };
                self.all[at].lifted.get_or_insert((told, f.reason.clone()));
                for record in &self.all[at].records {
                    if let Some(standing) = self.standing.get_mut(record) {
                        standing.retain(|one| *one != at);
                    }
                }
            }
            _ => {}
        }
    }
}
