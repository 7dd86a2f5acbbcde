//! Leaves from rows: the records of events as they stand, their payloads hashed again.

use super::{Tree, TreeFault};
use crate::connect::Sessions;
use crate::log::{EventRow, payload_hash, select_events};
use crate::{Store, StoreError};
use throughcare_domain::stream::StreamKind;
use throughcare_proof::Hash;
use throughcare_proof::tree::leaf_hash;
use uuid::Uuid;

/// A leaf, and about whom it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the tree, from 0.
    pub index: u64,
    /// The canonical record.
    pub record: Vec<u8>,
    /// The person whom it names.
    pub person: Option<Uuid>,
}

impl Entry {
    /// The hash of the leaf.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.record)
    }
}

/// The record of a row. What was stored is hashed again: a row of which a byte was altered has no record.
fn entry(row: &EventRow) -> Result<Entry, TreeFault> {
    let envelope = &row.envelope;
    let payload = payload_hash(&row.case_sealed, row.identity_sealed.as_deref());
    if payload != row.payload_hash {
        return Err(TreeFault::Payload {
            position: envelope.position,
        });
    }
    Ok(Entry {
        index: envelope.position - 1,
        record: row.record(payload).to_bytes(),
        person: (envelope.stream.kind == StreamKind::Person).then_some(envelope.stream.id),
    })
}

/// The records of rows that follow each other without a gap.
fn entries(rows: &[sqlx::postgres::PgRow], after: u64) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::with_capacity(rows.len());
    for (row, position) in rows.iter().zip(after + 1..) {
        let row = EventRow::read(row).map_err(|error| match error {
            StoreError::Codec { position, .. } => TreeFault::Unreadable { position }.into(),
            other => other,
        })?;
        if row.envelope.position != position {
            return Err(TreeFault::Gap { position }.into());
        }
        entries.push(entry(&row)?);
    }
    Ok(entries)
}

/// The records of events after a position, in order, at most so many.
pub(super) async fn of_events(sessions: &Sessions, after: u64, most: u64) -> Result<Vec<Entry>, StoreError> {
    let rows = sqlx::query(select_events!(
        "tree::events",
        "WHERE position > $1 AND position <= $2 ORDER BY position"
    ))
    .bind(after.cast_signed())
    .bind(after.saturating_add(most).cast_signed())
    .fetch_all(sessions)
    .await?;
    // Hashing is work for a processor, of which requests need one, too.
    let worked = tokio::task::spawn_blocking(move || entries(&rows, after)).await;
    worked.unwrap_or(Err(StoreError::Unavailable(None)))
}

impl Store {
    /// The entries of a tree after a place, at most so many, made from the rows as they stand now. Whether they are what
    /// they were when they became leaves, the leaves say.
    ///
    /// # Errors
    /// [`StoreError::Tree`] when a row was altered so that it cannot be read; [`StoreError`] when the database cannot
    /// answer.
    pub async fn tree_entries(&self, tree: Tree, from: u64, most: u64) -> Result<Vec<Entry>, StoreError> {
        match tree {
            Tree::Log => of_events(self.projecting(), from, most).await,
            Tree::Beside => self.entries_beside(from, most).await,
        }
    }

    /// The same of one place, compared with its leaf.
    ///
    /// # Errors
    /// [`StoreError::Tree`] when it is not what it was.
    pub async fn tree_entry(&self, tree: Tree, index: u64) -> Result<Option<Entry>, StoreError> {
        let Some(leaf) = self.tree_leaf(tree, index).await? else {
            return Ok(None);
        };
        let entry = self.tree_entries(tree, index, 1).await?.pop();
        match entry {
            Some(entry) if entry.leaf() == leaf => Ok(Some(entry)),
            _ => Err(TreeFault::Leaf { index }.into()),
        }
    }
}
