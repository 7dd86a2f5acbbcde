//! Keys of streams, from memory or from the key store, and what they open.

use crate::codec::CodecError;
use crate::log::{Append, EventRow, KnownKeys, LogEntry, Parts};
use crate::seal::{self, KeyCache, Part, Place, StreamKeys};
use crate::{Store, StoreError};
use std::collections::{HashMap, HashSet};
use throughcare_domain::event::{Body, RecordedEvent};
use throughcare_domain::fact::IdentityDetail;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// How often patient work tries for a connection, a quarter of a second each.
pub(crate) const PATIENT_TRIES: u32 = 40;

/// Streams whose keys are needed, each with a version that must be among them; 0 for whatever there is.
pub(crate) type Needed = HashMap<Uuid, u16>;

/// Of which streams rows need keys, and the newest version of them.
pub(crate) fn needed_by<'r>(rows: impl Iterator<Item = &'r EventRow>) -> Needed {
    let mut needed = Needed::new();
    for row in rows {
        let version = needed.entry(row.envelope.stream.id).or_default();
        *version = row.key_version.max(*version);
    }
    needed
}

impl Store {
    /// The keys of those of the streams that have any, or had some that were destroyed.
    pub(crate) async fn keys_of(&self, streams: &HashSet<StreamId>) -> Result<KnownKeys, StoreError> {
        let needed = streams.iter().map(|stream| (stream.id, 0)).collect();
        self.keys_through(self.inner.keys.cache(), &needed).await
    }

    /// The keys for sealing: of streams that begin they are made, and are in the key store before this answers.
    pub(crate) async fn keys_to_append(&self, appends: &[Append]) -> Result<KnownKeys, StoreError> {
        let (mut going_on, mut beginning) = (Needed::new(), HashSet::new());
        for stream in appends.iter().flat_map(|append| &append.streams) {
            if stream.expected == 0 {
                beginning.insert(stream.stream.id);
            }
        }
        for stream in appends.iter().flat_map(|append| &append.streams) {
            if !beginning.contains(&stream.stream.id) {
                going_on.insert(stream.stream.id, 0);
            }
        }
        let mut known = self.keys_through(self.inner.keys.cache(), &going_on).await?;
        if !beginning.is_empty() {
            let begun = self.inner.keys.begin(beginning).await?;
            known.extend(begun.into_iter().map(|(id, keys)| (id, (keys, None))));
        }
        Ok(known)
    }

    /// The keys that rows need.
    pub(crate) async fn keys_for(&self, needed: &Needed) -> Result<KnownKeys, StoreError> {
        self.keys_through(self.inner.keys.cache(), needed).await
    }

    /// [`Store::keys_for`] through a cache of the caller's, for work that nobody waits for at a screen: it waits for a
    /// connection as often as it takes a busy machine to make one.
    pub(crate) async fn keys_patiently(
        &self,
        cache: &KeyCache,
        needed: &Needed,
    ) -> Result<KnownKeys, StoreError> {
        for _ in 1..PATIENT_TRIES {
            match self.keys_through(cache, needed).await {
                Err(StoreError::Unavailable(Some(sqlx::Error::PoolTimedOut))) => {}
                other => return other,
            }
        }
        self.keys_through(cache, needed).await
    }

    /// From memory where that tells of the version that is needed, else from the key store.
    async fn keys_through(&self, cache: &KeyCache, needed: &Needed) -> Result<KnownKeys, StoreError> {
        let mut known = KnownKeys::with_capacity(needed.len());
        let mut missing = Vec::new();
        let epoch = cache.epoch();
        for (id, version) in needed {
            match cache.get(*id) {
                Some(keys) if *version == 0 || keys.tells_of(*version) => {
                    known.insert(*id, (keys, None));
                }
                _ => missing.push(*id),
            }
        }
        if missing.is_empty() {
            return Ok(known);
        }
        for (id, keys) in self.inner.keys.read(&missing).await? {
            // A stream without keys is not remembered: it may be about to begin.
            if keys.is_sound() {
                cache.insert(epoch, id, keys.clone());
            }
            known.insert(id, (keys, None));
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
            self.keys_for(&needed_by(rows.iter())).await?
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
        if parts == Parts::Envelope {
            return Ok((Body::Erased, None)); // nothing was asked for, and no key was read
        }
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
        // Absent from the key store is not erased: that would make a record vanish with a lost key store.
        let key = |part| match keys {
            Some(keys) => keys.get(part, row.key_version),
            None => Err(seal::SealError::KeysMissing),
        };
        let codec = &self.inner.codec;
        let body = match key(Part::Case)? {
            Some(key) => {
                let bytes = seal::open(key, Part::Case, &place, &mut row.case_sealed)?;
                let fact = codec.decode(&row.event_type, envelope.schema_version, bytes);
                Body::Fact(fact.map_err(unreadable)?)
            }
            None => Body::Erased,
        };
        let identity = match &mut row.identity_sealed {
            Some(sealed) if parts.tell_identity_of(&row.event_type) => match key(Part::Identity)? {
                Some(key) => {
                    let bytes = seal::open(key, Part::Identity, &place, sealed)?;
                    Some(codec.decode_identity(bytes).map_err(unreadable)?)
                }
                None => None,
            },
            _ => None,
        };
        Ok((body, identity))
    }
}
