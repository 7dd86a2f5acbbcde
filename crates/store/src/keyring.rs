//! Keys of streams, from memory or from the database, and what they open.

use crate::codec::CodecError;
use crate::log::{EventRow, KnownKeys, LogEntry, Parts};
use crate::seal::{self, KeyCache, Part, Place, StreamKeys, WrappedKey};
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use throughcare_domain::event::{Body, RecordedEvent};
use throughcare_domain::fact::IdentityDetail;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// How often patient work tries for a connection, a quarter of a second each.
const PATIENT_TRIES: u32 = 40;

impl Store {
    /// The keys of those of the streams that have any.
    pub(crate) async fn keys_of(&self, streams: &HashSet<StreamId>) -> Result<KnownKeys, StoreError> {
        self.keys_through(&self.inner.cache, streams).await
    }

    /// [`Store::keys_of`] through a cache of the caller's, for work that nobody waits for at a screen: it waits for a
    /// connection as often as it takes a busy machine to make one.
    pub(crate) async fn keys_patiently(
        &self,
        cache: &KeyCache,
        streams: &HashSet<StreamId>,
    ) -> Result<KnownKeys, StoreError> {
        for _ in 1..PATIENT_TRIES {
            match self.keys_through(cache, streams).await {
                Err(StoreError::Unavailable(Some(sqlx::Error::PoolTimedOut))) => {}
                other => return other,
            }
        }
        self.keys_through(cache, streams).await
    }

    /// [`Store::keys_of`] through a cache of the caller's.
    async fn keys_through(
        &self,
        cache: &KeyCache,
        streams: &HashSet<StreamId>,
    ) -> Result<KnownKeys, StoreError> {
        let mut known = KnownKeys::with_capacity(streams.len());
        let mut missing = HashMap::new();
        for stream in streams {
            match cache.get(stream.id) {
                Some(keys) => {
                    known.insert(stream.id, (keys, None));
                }
                None => {
                    missing.insert(stream.id, (*stream, Vec::new()));
                }
            }
        }
        if missing.is_empty() {
            return Ok(known);
        }
        let rows = sqlx::query(
            "/* keys_of */ SELECT stream_id, part, key_version, wrapped FROM keys.stream_keys \
             WHERE stream_id = ANY($1)",
        )
        .bind(missing.keys().copied().collect::<Vec<Uuid>>())
        .fetch_all(self.pool())
        .await?;
        for row in &rows {
            let part = Part::parse(row.try_get("part")?).ok_or(seal::SealError::DoesNotOpen)?;
            let key_version = row.try_get::<i16, _>("key_version")?.unsigned_abs();
            let wrapped = WrappedKey {
                part,
                key_version,
                wrapped: row.try_get("wrapped")?,
            };
            if let Some((_, keys)) = missing.get_mut(&row.try_get("stream_id")?) {
                keys.push(wrapped);
            }
        }
        for (id, (stream, wrapped)) in missing {
            // A stream without keys is not remembered: it may be about to begin.
            if !wrapped.is_empty() {
                let keys = Arc::new(StreamKeys::unwrap(self.inner.wrap.as_ref(), stream, &wrapped)?);
                cache.insert(id, keys.clone());
                known.insert(id, (keys, None));
            }
        }
        Ok(known)
    }

    /// Opens rows; an event that cannot be read does not stand in the way of the others.
    pub(crate) async fn open_rows(
        &self,
        rows: Vec<EventRow>,
        parts: Parts,
    ) -> Result<Vec<LogEntry>, StoreError> {
        let keys = if parts == Parts::Envelope {
            KnownKeys::new()
        } else {
            let streams = rows.iter().map(|row| row.envelope.stream).collect();
            self.keys_of(&streams).await?
        };
        Ok(self.open_with(&keys, rows, parts))
    }

    /// [`Store::open_rows`] with the keys at hand.
    pub(crate) fn open_with(&self, keys: &KnownKeys, rows: Vec<EventRow>, parts: Parts) -> Vec<LogEntry> {
        let entries = rows.into_iter().map(|mut row| {
            let stream = row.envelope.stream;
            let keys = keys.get(&stream.id).map(|(keys, _)| keys.as_ref());
            let opened = self.open_sealed(&mut row, keys, parts);
            LogEntry {
                position: row.envelope.position,
                stream,
                event_type: row.event_type,
                event: opened.map(|(body, identity)| RecordedEvent {
                    envelope: row.envelope,
                    body,
                    identity,
                }),
            }
        });
        entries.collect()
    }

    pub(crate) fn open_row(
        &self,
        mut row: EventRow,
        keys: Option<&StreamKeys>,
        parts: Parts,
    ) -> Result<RecordedEvent, StoreError> {
        let (body, identity) = self.open_sealed(&mut row, keys, parts)?;
        Ok(RecordedEvent {
            envelope: row.envelope,
            body,
            identity,
        })
    }

    /// Opens the parts where they stand: what was sealed is overwritten.
    fn open_sealed(
        &self,
        row: &mut EventRow,
        keys: Option<&StreamKeys>,
        parts: Parts,
    ) -> Result<(Body, Option<IdentityDetail>), StoreError> {
        let envelope = &row.envelope;
        let unreadable = |source: CodecError| StoreError::Codec {
            position: envelope.position,
            source,
        };
        let place = Place {
            stream: envelope.stream,
            stream_version: envelope.stream_version,
            event: envelope.id,
            event_type: &row.event_type,
            schema_version: envelope.schema_version,
            key_version: row.key_version,
        };
        let key = |part| keys.and_then(|keys| keys.get(part, row.key_version));
        let codec = &self.inner.codec;
        let body = match key(Part::Case) {
            Some(key) => {
                let bytes = seal::open(key, Part::Case, &place, &mut row.case_sealed)?;
                let fact = codec.decode(&row.event_type, envelope.schema_version, bytes);
                Body::Fact(fact.map_err(unreadable)?)
            }
            None => Body::Erased,
        };
        let identity = match (key(Part::Identity), &mut row.identity_sealed) {
            (Some(key), Some(sealed)) if parts.tell_identity_of(&row.event_type) => {
                let bytes = seal::open(key, Part::Identity, &place, sealed)?;
                Some(codec.decode_identity(bytes).map_err(unreadable)?)
            }
            _ => None,
        };
        Ok((body, identity))
    }
}
