//! Appends sealed and put into rows before anything is locked: by any number of threads, far from the writer.

use super::tuple::Tuple;
use crate::StoreError;
use crate::codec::{Codec, CodecError};
use crate::log::concerned::concerned;
use crate::log::prepare::{Prepared, PreparedStream, held};
use crate::log::row::{kind_number, origin_number, payload_hash, to_micros};
use crate::log::{Append, KnownKeys, NewEvent, StreamAppend};
use crate::seal::{self, Part, Place, StreamKeys};
use jiff::Timestamp;
use std::sync::Arc;
use throughcare_domain::id::EventId;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

/// Bytes of a row, about: few are longer, and memory that is enough at once is not copied as it grows.
const ROW: usize = 1_024;

/// An append whose events are sealed and stand as rows that only lack position and recorded time.
pub struct Sealed {
    /// What is judged; its `rows` are empty.
    pub(super) prepared: Prepared,
    /// The rows, one after another, from their third column on.
    pub(super) rows: Vec<u8>,
    /// Where each row ends.
    pub(super) ends: Vec<u32>,
}

impl Sealed {
    /// How many events it holds.
    pub fn events(&self) -> u64 {
        self.ends.len() as u64
    }

    /// When the log was told, for those that say so.
    pub fn recorded_at(&self) -> Option<Timestamp> {
        self.prepared.recorded_at
    }

    /// Bytes that it takes in memory and on the way to the database, about.
    pub fn size(&self) -> usize {
        self.rows.len() + 256
    }

    /// The rows, each from its third column on.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let row = &self.rows[from..*end as usize];
            from = *end as usize;
            row
        })
    }
}

/// The keys of one stream of one append, and the event that begins it.
type Held = (Arc<StreamKeys>, Option<EventId>);

/// An append with the keys of its streams, ready to be sealed by itself.
pub(super) struct Keyed {
    append: Append,
    keys: Vec<Held>,
}

/// Finds the keys of each append's streams. In order: a later append may go on with a stream that an earlier one
/// begins.
pub(super) fn key(appends: Vec<Append>, known: &mut KnownKeys) -> Result<Vec<Keyed>, StoreError> {
    let mut keyed = Vec::with_capacity(appends.len());
    for append in appends {
        if !append.links.is_empty() {
            return Err(StoreError::Invalid(
                "records are joined by an append, not in a load",
            ));
        }
        let mut keys = Vec::with_capacity(append.streams.len());
        for stream in &append.streams {
            keys.push(held(known, stream.stream, stream.expected, &stream.events)?);
        }
        keyed.push(Keyed { append, keys });
    }
    Ok(keyed)
}

/// Seals one append. Needs nothing but processor time.
pub(super) fn seal(Keyed { append, keys }: Keyed, codec: &Codec) -> Result<Sealed, StoreError> {
    let concerned = concerned(&append.streams);
    let mut streams = Vec::with_capacity(append.streams.len());
    let events: usize = append.streams.iter().map(|stream| stream.events.len()).sum();
    let (mut rows, mut ends) = (Vec::with_capacity(events * ROW), Vec::with_capacity(events));
    for (
        StreamAppend {
            stream,
            expected,
            events,
        },
        (stream_keys, begun_by),
    ) in append.streams.into_iter().zip(keys)
    {
        let key_version = stream_keys.current_version()?.ok_or(StoreError::KeysDestroyed)?;
        let mut reached = expected;
        for event in &events {
            reached += 1;
            let at = Sealing {
                stream,
                version: reached,
                key_version,
                keys: &stream_keys,
                codec,
            };
            at.write(event, &mut rows)?;
            ends.push(
                u32::try_from(rows.len()).map_err(|_| StoreError::Invalid("an append is at most 4 GiB"))?,
            );
        }
        let stream = PreparedStream {
            stream,
            expected,
            reached,
            begun_by,
        };
        streams.push(stream);
    }
    let prepared = Prepared {
        streams,
        events: ends.len() as u64,
        rows: Vec::new(),
        idempotency: append.idempotency,
        references: append.references,
        claims: append.claims,
        entities: append.entities,
        links: Vec::new(),
        concerned,
        recorded_at: append.recorded_at.map(to_micros),
    };
    Ok(Sealed { prepared, rows, ends })
}

/// The columns that [`Sealing::write`] writes, after `position` and `recorded_at`.
pub(super) const COLUMNS: &str = "event_id, correlation, causation, stream_id, received_at, occurred_at, occurred_on, \
     stream_version, stream_kind, schema_version, key_version, origin, event_type, client, user_name, organisation, \
     role, on_behalf_of, purpose, source_system, source_reference, case_sealed, identity_sealed, payload_hash";

/// Where an event belongs, and what seals it.
struct Sealing<'a> {
    stream: StreamId,
    version: u32,
    key_version: u16,
    keys: &'a StreamKeys,
    codec: &'a Codec,
}

impl Sealing<'_> {
    /// Seals an event and writes the columns of [`COLUMNS`].
    fn write(&self, NewEvent { draft, provenance }: &NewEvent, rows: &mut Vec<u8>) -> Result<(), StoreError> {
        let event_type = draft.fact.event_type();
        let schema_version = self.codec.current_version(event_type);
        let place = Place {
            stream: self.stream,
            stream_version: self.version,
            event: draft.id,
            event_type,
            schema_version,
            key_version: self.key_version,
        };
        let key = |part| {
            self.keys
                .get(part, self.key_version)?
                .ok_or(StoreError::KeysDestroyed)
        };
        let unwritable = |source: CodecError| StoreError::Codec { position: 0, source };
        let plain = self.codec.encode(&draft.fact).map_err(unwritable)?;
        let case = seal::seal(key(Part::Case)?, Part::Case, &place, &plain)?;
        let identity = match &draft.identity {
            Some(detail) => {
                let plain = self.codec.encode_identity(detail).map_err(unwritable)?;
                Some(seal::seal(key(Part::Identity)?, Part::Identity, &place, &plain)?)
            }
            None => None,
        };
        let occurred_at = match draft.occurred {
            Occurred::At(at) => Some(to_micros(at)),
            Occurred::On(_) => None,
        };
        let mut row = Tuple(rows);
        row.uuid(draft.id.0);
        row.uuid(provenance.correlation);
        row.option(
            draft
                .causation
                .as_ref()
                .map(|event| event.0.as_bytes().as_slice()),
        );
        row.uuid(self.stream.id);
        row.timestamptz(provenance.received_at);
        match occurred_at {
            Some(at) => row.timestamptz(at),
            None => row.null(),
        }
        row.date(occurred_at.map_or(draft.occurred, Occurred::At).date());
        row.integer(i32::try_from(self.version).unwrap_or(i32::MAX));
        row.smallint(kind_number(self.stream.kind));
        row.smallint(i16::try_from(schema_version).unwrap_or(i16::MAX));
        row.smallint(i16::try_from(self.key_version).unwrap_or(i16::MAX));
        row.smallint(origin_number(provenance.origin));
        row.text(event_type);
        row.text(&provenance.actor.client);
        row.option(provenance.actor.user.as_deref().map(str::as_bytes));
        row.text(provenance.actor.organisation.as_str());
        row.text(provenance.actor.role.as_str());
        row.option(provenance.on_behalf_of.as_deref().map(str::as_bytes));
        row.text(&provenance.purpose);
        row.option(provenance.source.as_ref().map(|source| source.system.as_bytes()));
        row.option(provenance.source.as_ref().map(|source| source.value.as_bytes()));
        row.bytes(&case);
        row.option(identity.as_deref());
        row.bytes(&payload_hash(&case, identity.as_deref()));
        Ok(())
    }
}
