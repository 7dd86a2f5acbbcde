//! Replaying the log: every event of a range, in order, as fast as the database can send them.
//!
//! One connection reads by `COPY`, a range of positions at a time; what was read is opened on other processors
//! while the next range is on its way. Only a few ranges are in memory, however long the log is.

use super::KnownKeys;
use super::load::tuple::{HEADER, day, instant};
use super::query::{LogEntry, Parts};
use super::row::{EventRow, kind_of, origin_of};
use crate::codec::CodecError;
use crate::seal::KeyCache;
use crate::{Store, StoreError};
use futures::StreamExt as _;
use sqlx::Connection as _;
use std::sync::Arc;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Envelope, Role, SourceReference};
use throughcare_domain::id::EventId;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

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
            let mut transaction = access.begin(&mut connection).await?;
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
                    let streams = rows.iter().map(|row| row.envelope.stream).collect();
                    runtime.block_on(store.keys_patiently(&cache, &streams))?
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
        "/* replay */ COPY (SELECT position, recorded_at, event_id, correlation, causation, stream_id, received_at, \
         occurred_at, occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type, \
         client, user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference, \
         case_sealed, identity_sealed, payload_hash FROM events \
         WHERE position > {after} AND position <= {last} ORDER BY position) TO STDOUT (FORMAT binary)"
    )
}

/// Reads messages of one row each; the first begins with the header, the last is the trailer.
fn read(messages: &[impl AsRef<[u8]>]) -> Result<Vec<EventRow>, StoreError> {
    let mut rows = Vec::with_capacity(messages.len());
    for message in messages {
        let bytes = message.as_ref();
        let mut columns = Columns(bytes.strip_prefix(HEADER).unwrap_or(bytes));
        match columns.count() {
            Some(26) => rows.push(columns.event()?),
            None | Some(-1) => {} // the header alone, or the end
            Some(_) => return Err(unreadable(0, "row")),
        }
    }
    Ok(rows)
}

fn unreadable(position: u64, column: &'static str) -> StoreError {
    StoreError::Codec {
        position,
        source: CodecError::Envelope { column },
    }
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

    /// The next value; the inner `None` is NULL.
    pub(crate) fn value(&mut self) -> Option<Option<&'a [u8]>> {
        let length = i32::from_be_bytes(self.array()?);
        let Ok(length) = usize::try_from(length) else {
            return Some(None);
        };
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Some(value))
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.value()??.try_into().ok()
    }

    pub(crate) fn uuid(&mut self) -> Option<Uuid> {
        self.fixed().map(Uuid::from_bytes)
    }

    fn small(&mut self) -> Option<i16> {
        self.fixed().map(i16::from_be_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.value()??).ok()
    }

    fn text_or_null(&mut self) -> Option<Option<String>> {
        match self.value()? {
            Some(bytes) => std::str::from_utf8(bytes).ok().map(|text| Some(text.to_owned())),
            None => Some(None),
        }
    }

    pub(crate) fn event(&mut self) -> Result<EventRow, StoreError> {
        let position = self
            .fixed()
            .map(i64::from_be_bytes)
            .ok_or_else(|| unreadable(0, "position"))?
            .unsigned_abs();
        let wrong = |column| move || unreadable(position, column);
        macro_rules! read {
            ($column:literal, $value:expr) => {
                $value.ok_or_else(wrong($column))?
            };
        }
        let at = |bytes: Option<[u8; 8]>| instant(i64::from_be_bytes(bytes?));
        let recorded_at = read!("recorded_at", at(self.fixed()));
        let id = EventId(read!("event_id", self.uuid()));
        let correlation = read!("correlation", self.uuid());
        let causation = match read!("causation", self.value()) {
            Some(bytes) => Some(EventId(read!("causation", Uuid::from_slice(bytes).ok()))),
            None => None,
        };
        let stream_id = read!("stream_id", self.uuid());
        let received_at = read!("received_at", at(self.fixed()));
        let occurred_at = match read!("occurred_at", self.value()) {
            Some(bytes) => Some(read!("occurred_at", at(bytes.try_into().ok()))),
            None => None,
        };
        let occurred_on = self.fixed().and_then(|bytes| day(i32::from_be_bytes(bytes)));
        let occurred_on = read!("occurred_on", occurred_on);
        let stream_version = read!("stream_version", self.fixed().map(i32::from_be_bytes)).unsigned_abs();
        let kind = read!(
            "stream_kind",
            self.small().and_then(|number| kind_of(number).ok())
        );
        let schema_version = read!("schema_version", self.small()).unsigned_abs();
        let key_version = read!("key_version", self.small()).unsigned_abs();
        let origin = read!("origin", self.small().and_then(|number| origin_of(number).ok()));
        let event_type = read!("event_type", self.text()).to_owned();
        let actor = Actor {
            client: read!("client", self.text()).to_owned(),
            user: read!("user_name", self.text_or_null()),
            organisation: read!(
                "organisation",
                self.text().and_then(|code| OrganisationCode::parse(code).ok())
            ),
            role: read!("role", self.text().and_then(Role::parse)),
        };
        let on_behalf_of = read!("on_behalf_of", self.text_or_null());
        let purpose = read!("purpose", self.text()).to_owned();
        let system = read!("source_system", self.text_or_null());
        let reference = read!("source_reference", self.text_or_null());
        let case_sealed = read!("case_sealed", self.value().flatten()).to_vec();
        let identity_sealed = read!("identity_sealed", self.value()).map(<[u8]>::to_vec);
        let payload_hash = read!("payload_hash", self.fixed());
        let envelope = Envelope {
            id,
            schema_version,
            stream: StreamId { kind, id: stream_id },
            stream_version,
            position,
            occurred: occurred_at.map_or(Occurred::On(occurred_on), Occurred::At),
            received_at,
            recorded_at,
            origin,
            actor,
            on_behalf_of,
            purpose,
            correlation,
            causation,
            source: system
                .zip(reference)
                .map(|(system, value)| SourceReference { system, value }),
        };
        Ok(EventRow {
            envelope,
            event_type,
            key_version,
            case_sealed,
            identity_sealed,
            payload_hash,
        })
    }
}
