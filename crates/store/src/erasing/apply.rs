//! At the start of a node: what the ledger tells is done where the databases do not show it, so that a backup of
//! either, put back, loses the erased again before anything is served.

use super::{Entry, Ledger};
use crate::keys::Destroy;
use crate::{Settings, Store, StoreError};
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

impl Store {
    /// Does what the ledger tells and is not done; then notes in the ledger what other nodes have erased, each of
    /// which has a ledger of its own. How many erasures were done.
    pub(crate) async fn apply_ledger(&self) -> Result<usize, StoreError> {
        let entries = read(&self.inner.ledger).await?;
        let purged: HashSet<Uuid> = self.erasures_done().await?;
        let mut done = 0;
        for what in [Destroy::Identity, Destroy::Both] {
            let streams: Vec<Uuid> = entries
                .iter()
                .filter(|entry| entry.what == what)
                .flat_map(|entry| entry.streams.iter().copied())
                .collect();
            let all_destroyed = self.inner.keys.are_destroyed(&streams, what).await?;
            for entry in entries.iter().filter(|entry| entry.what == what) {
                let keys = &self.inner.keys;
                let destroyed = all_destroyed || keys.are_destroyed(&entry.streams, what).await?;
                if destroyed && purged.contains(&entry.erasure) {
                    continue;
                }
                self.carry_out(entry).await?;
                done += 1;
            }
        }
        if done > 0 {
            tracing::warn!(
                erasures = done,
                "erasures of the ledger were done before this node serves"
            );
        }
        let known: Vec<Uuid> = entries.iter().map(|entry| entry.erasure).collect();
        for entry in self.inner.keys.erasures_but(&known).await? {
            self.note(entry).await?;
        }
        Ok(done)
    }

    /// The erasures that this database has seen to their end.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn erasures_done(&self) -> Result<HashSet<Uuid>, StoreError> {
        let purged: Vec<Uuid> = sqlx::query_scalar("/* erasures_done */ SELECT erasure FROM erasures")
            .fetch_all(self.pool())
            .await?;
        Ok(purged.into_iter().collect())
    }
}

/// The erasures of the ledger that these settings name; `None` where there is no such file. Asks no database.
///
/// # Errors
/// [`StoreError::Ledger`] when it is damaged or cannot be read.
pub fn ledger_of(settings: &Settings) -> Result<Option<Vec<Uuid>>, StoreError> {
    let file = settings.ledger_file();
    if !file.exists() {
        return Ok(None);
    }
    let entries = Ledger::at(file).read()?;
    Ok(Some(entries.iter().map(|entry| entry.erasure).collect()))
}

async fn read(ledger: &Arc<Ledger>) -> Result<Vec<Entry>, StoreError> {
    let ledger = ledger.clone();
    let entries = tokio::task::spawn_blocking(move || ledger.read())
        .await
        .map_err(|_| StoreError::Unknown)??;
    Ok(entries)
}

impl Entry {
    /// As the key store tells it, for the ledger of a node that has not heard of it.
    pub(crate) fn told(erasure: Uuid, at: Timestamp, streams: Vec<Uuid>, with_case: bool) -> Self {
        Self {
            at,
            erasure,
            what: if with_case {
                Destroy::Both
            } else {
                Destroy::Identity
            },
            streams,
        }
    }
}
