//! Replaying the log: every event of a range, in order, as fast as the database can send them.
//!
//! One connection reads by `COPY`, a range of positions at a time; what was read is opened on other processors
//! while the next range is on its way. Only a few ranges are in memory, however long the log is.

use super::KnownKeys;
use super::load::tuple::HEADER;
use super::query::{LogEntry, Parts, event_columns};
use super::row::EventRow;
use super::values::{COLUMNS, Values, unreadable};
use crate::connect::Reach;
use crate::keyring::needed_by;
use crate::seal::KeyCache;
use crate::{Store, StoreError};
use futures::StreamExt as _;
use sqlx::Connection as _;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Positions read by one statement, and events in one batch.
const BATCH: u64 = 8_192;
/// Batches that are read or opened ahead of the reader: about 10 MB each.
const AHEAD: usize = 4;
/// Of how many streams a replay keeps the keys: about 200 bytes each. A long replay meets each stream many times.
const KEYS: usize = 500_000;

type Batch = Result<Vec<LogEntry>, StoreError>;

/// A replay under way. Dropping it ends it.
pub struct Replay {
    batches: mpsc::Receiver<JoinHandle<Batch>>,
}

impl Replay {
    /// The next events, in order; `None` at the end. An event that cannot be read says so in its entry and does
    /// not hide the others.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer; the replay is over then.
    pub async fn next(&mut self) -> Option<Batch> {
        let batch = self.batches.recv().await?.await;
        let batch = batch.unwrap_or(Err(StoreError::Unavailable(None)));
        if batch.is_err() {
            self.batches.close();
            while self.batches.try_recv().is_ok() {}
        }
        Some(batch)
    }
}

impl Store {
    /// Every event after a position and up to another one, in order. What is appended after it began is not in it,
    /// even below `upto`. Keys that are destroyed while it goes on may still open events.
    pub fn replay(&self, after: u64, upto: u64, parts: Parts) -> Replay {
        let (tell, batches) = mpsc::channel(AHEAD);
        let store = self.clone();
        tokio::spawn(async move {
            if let Err(error) = store.read_ahead(after, upto, parts, &tell).await {
                let _ = tell.send(tokio::spawn(std::future::ready(Err(error)))).await; // nobody may listen any more
            }
        });
        Replay { batches }
    }

    async fn read_ahead(
        &self,
        mut after: u64,
        upto: u64,
        parts: Parts,
        tell: &mpsc::Sender<JoinHandle<Batch>>,
    ) -> Result<(), StoreError> {
        // A connection of its own: a long replay takes none from those who answer requests.
        let access = self.pool().access();
        let mut connection = access.connect().await?;
        let end = self.head().await?.position.min(upto);
        let cache = Arc::new(KeyCache::new(KEYS));
        while after < end {
            let last = end.min(after + BATCH);
            let statement = select(after, last);
            let mut transaction = access.begin_within(&mut connection, &Reach::EVERYBODY).await?;
            let mut copy = transaction.connection().copy_out_raw(&statement).await?;
            let mut messages = Vec::with_capacity(BATCH as usize + 1);
            while let Some(message) = copy.next().await {
                messages.push(message?);
            }
            drop(copy);
            transaction.commit().await?;
            let (store, cache) = (self.clone(), cache.clone());
            let runtime = tokio::runtime::Handle::current();
            let opening = tokio::task::spawn_blocking(move || {
                let rows = read(&messages)?;
                drop(messages);
                let keys = if parts == Parts::Envelope {
                    KnownKeys::new()
                } else {
                    runtime.block_on(store.keys_patiently(&cache, &needed_by(rows.iter())))?
                };
                Ok(store.open_with(&keys, rows, parts))
            });
            if tell.send(opening).await.is_err() {
                return Ok(()); // nobody listens any more
            }
            after = last;
        }
        let _ = connection.close().await; // nothing is open on it
        Ok(())
    }
}

fn select(after: u64, last: u64) -> String {
    format!(
        "/* replay */ COPY (SELECT {} FROM events \
         WHERE position > {after} AND position <= {last} ORDER BY position) TO STDOUT (FORMAT binary)",
        event_columns!()
    )
}

/// Reads messages of one row each; the first begins with the header, the last is the trailer.
fn read(messages: &[impl AsRef<[u8]>]) -> Result<Vec<EventRow>, StoreError> {
    let mut rows = Vec::with_capacity(messages.len());
    for message in messages {
        let bytes = message.as_ref();
        let mut columns = Columns(bytes.strip_prefix(HEADER).unwrap_or(bytes));
        match columns.count() {
            Some(COLUMNS) => rows.push(columns.event()?),
            None | Some(-1) => {} // the header alone, or the end
            Some(_) => return Err(unreadable(0, "row")),
        }
    }
    Ok(rows)
}

/// The values of one row that were not read yet.
pub(crate) struct Columns<'a>(pub &'a [u8]);

impl<'a> Columns<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn count(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }
}

impl<'a> Values<'a> for Columns<'a> {
    fn value(&mut self) -> Option<Option<&'a [u8]>> {
        let length = i32::from_be_bytes(self.array()?);
        let Ok(length) = usize::try_from(length) else {
            return Some(None);
        };
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Some(value))
    }
}
