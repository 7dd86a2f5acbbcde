//! Erasing people: the ledger first, then their keys, then every copy beside the log. Each step can be done again, and
//! what was stopped half-way goes on at the next start.

mod apply;
mod ledger;
mod purge;
mod tables;

pub use apply::ledger_of;
pub use ledger::LedgerError;
pub(crate) use ledger::{Entry, Ledger};
pub use tables::{KEY_TABLES, Kept, TABLES};

use crate::keys::Destroy;
use crate::{Store, StoreError};
use jiff::Timestamp;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// Most records in one erasure: all that were ever one person's.
pub const MAX_ERASED: usize = 64;

/// An erasure that was decided: from here there is no way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its id, chosen by whoever decided: the same id again is the same erasure.
    pub id: Uuid,
    /// Every record of the person, joined ones too; 1 to [`MAX_ERASED`].
    pub people: Vec<PersonId>,
    /// What goes.
    pub what: Destroy,
    /// When it was decided.
    pub at: Timestamp,
}

impl Store {
    /// Erases: writes the ledger and waits until it is on disk, destroys the keys, and purges what was kept beside the
    /// log. Again with the same id it does what is missing, and nothing when nothing is. Whatever fails, the ledger
    /// has it from its first step on, and every later start of a node goes on with it.
    ///
    /// The log keeps its rows: their envelopes, and sealed parts that nobody can open. Lines of others whose records
    /// are joined with an erased one are computed anew when an event of theirs comes.
    ///
    /// # Errors
    /// [`StoreError::Ledger`] when the ledger cannot be written, or has this id for another erasure: then nothing was
    /// destroyed. Any other error: some of it may be done, and the same call does the rest.
    pub async fn erase(&self, erasure: &Erasure) -> Result<(), StoreError> {
        if erasure.people.is_empty() || erasure.people.len() > MAX_ERASED {
            return Err(StoreError::Invalid("an erasure names 1 to 64 records"));
        }
        let mut streams: Vec<Uuid> = erasure.people.iter().map(|person| person.0).collect();
        streams.sort_unstable();
        streams.dedup();
        let entry = Entry {
            at: erasure.at,
            erasure: erasure.id,
            what: erasure.what,
            streams,
        };
        self.note(entry.clone()).await?;
        self.carry_out(&entry).await
    }

    /// Destroys keys of some people, every version of them and for good; this node forgets them at once, others within
    /// five seconds. Only part of an erasure: [`Store::erase`] does all of it, and writes the ledger before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn destroy_keys(
        &self,
        people: &[PersonId],
        what: Destroy,
        erasure: Uuid,
    ) -> Result<(), StoreError> {
        let streams: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        self.inner.keys.destroy(&streams, what, erasure).await
    }

    async fn note(&self, entry: Entry) -> Result<(), StoreError> {
        let ledger = self.inner.ledger.clone();
        tokio::task::spawn_blocking(move || ledger.append(&entry))
            .await
            .map_err(|_| StoreError::Unknown)??;
        Ok(())
    }

    async fn carry_out(&self, entry: &Entry) -> Result<(), StoreError> {
        let keys = &self.inner.keys;
        if !keys.are_destroyed(&entry.streams, entry.what).await? {
            keys.destroy(&entry.streams, entry.what, entry.erasure).await?;
        }
        self.purge(entry).await
    }
}
