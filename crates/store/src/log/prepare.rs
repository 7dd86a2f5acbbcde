//! From what a use case asks to rows: sealed in the caller's task, so that the writer only writes.

use super::concerned::{Concern, concerned};
use super::row::{EventRow, payload_hash, to_micros};
use super::{Append, Claim, Entity, Idempotency, Link, NewEvent, Reference, StreamAppend};
use crate::StoreError;
use crate::codec::{Codec, CodecError};
use crate::seal::{self, Part, Place, StreamKeys};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use throughcare_domain::event::Envelope;
use throughcare_domain::id::EventId;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// An append whose events are sealed.
pub(crate) struct Prepared {
    pub streams: Vec<PreparedStream>,
    /// How many events there are: as many as rows, where these are not on their way already.
    pub events: u64,
    pub rows: Vec<EventRow>,
    pub idempotency: Option<Idempotency>,
    pub references: Vec<Reference>,
    pub claims: Vec<Claim>,
    pub entities: Vec<Entity>,
    pub links: Vec<Link>,
    /// Whom it brings into which record.
    pub concerned: Vec<Concern>,
    pub recorded_at: Option<Timestamp>,
}

/// The versions one stream goes from and to.
pub(crate) struct PreparedStream {
    pub stream: StreamId,
    pub expected: u32,
    pub reached: u32,
    /// The first event of the stream, when this append or an earlier one of its batch begins it. If another
    /// append got there first, this one rests on what is not there, and must not be written.
    pub begun_by: Option<EventId>,
}

/// Keys of streams that exist, and of those that begin in the same batch, with the event that begins them.
pub(crate) type KnownKeys = HashMap<Uuid, (Arc<StreamKeys>, Option<EventId>)>;

/// Seals an append.
///
/// Its bounds were checked. `keys` must hold those of every stream; in it is noted which append begins which.
pub(crate) fn prepare(append: Append, codec: &Codec, keys: &mut KnownKeys) -> Result<Prepared, StoreError> {
    let concerned = concerned(&append.streams);
    let mut streams = Vec::with_capacity(append.streams.len());
    let mut rows = Vec::new();
    for StreamAppend {
        stream,
        expected,
        events,
    } in append.streams
    {
        let (stream_keys, begun_by) = held(keys, stream, expected, &events)?;
        let key_version = stream_keys.current_version()?.ok_or(StoreError::KeysDestroyed)?;
        let mut reached = expected;
        for event in events {
            reached += 1;
            rows.push(seal_event(
                event,
                stream,
                reached,
                key_version,
                &stream_keys,
                codec,
            )?);
        }
        streams.push(PreparedStream {
            stream,
            expected,
            reached,
            begun_by,
        });
    }
    Ok(Prepared {
        streams,
        events: rows.len() as u64,
        rows,
        idempotency: append.idempotency,
        references: append.references,
        claims: append.claims,
        entities: append.entities,
        links: append.links,
        concerned,
        recorded_at: append.recorded_at.map(to_micros),
    })
}

/// The keys of a stream of an append, and the event that begins it in this batch.
pub(crate) fn held(
    keys: &mut KnownKeys,
    stream: StreamId,
    expected: u32,
    events: &[NewEvent],
) -> Result<(Arc<StreamKeys>, Option<EventId>), StoreError> {
    let (held, begun_by) = keys.get_mut(&stream.id).ok_or(seal::SealError::KeysMissing)?;
    if expected > 0 {
        return Ok((held.clone(), *begun_by));
    }
    let first = events.first().map(|event| event.draft.id);
    // A second append of the batch that begins the same stream will conflict: later ones rest on the first.
    if begun_by.is_none() {
        *begun_by = first;
    }
    Ok((held.clone(), first))
}

fn seal_event(
    NewEvent { draft, provenance }: NewEvent,
    stream: StreamId,
    stream_version: u32,
    key_version: u16,
    keys: &StreamKeys,
    codec: &Codec,
) -> Result<EventRow, StoreError> {
    let event_type = draft.fact.event_type();
    let schema_version = codec.current_version(event_type);
    let place = Place {
        stream,
        stream_version,
        event: draft.id,
        event_type,
        schema_version,
        key_version,
    };
    let key = |part| keys.get(part, key_version)?.ok_or(StoreError::KeysDestroyed);
    let unwritable = |source: CodecError| StoreError::Codec { position: 0, source };

    let case = codec.encode(&draft.fact).map_err(unwritable)?;
    let case_sealed = seal::seal(key(Part::Case)?, Part::Case, &place, &case)?;
    let identity_sealed = draft
        .identity
        .map(|detail| {
            let bytes = codec.encode_identity(&detail).map_err(unwritable)?;
            Ok::<_, StoreError>(seal::seal(key(Part::Identity)?, Part::Identity, &place, &bytes)?)
        })
        .transpose()?;
    Ok(EventRow {
        envelope: Envelope {
            id: draft.id,
            schema_version,
            stream,
            stream_version,
            position: 0,
            occurred: match draft.occurred {
                Occurred::At(at) => Occurred::At(to_micros(at)),
                on @ Occurred::On(_) => on,
            },
            received_at: to_micros(provenance.received_at),
            recorded_at: Timestamp::UNIX_EPOCH, // drawn when it is written
            origin: provenance.origin,
            actor: provenance.actor.clone(),
            on_behalf_of: provenance.on_behalf_of.clone(),
            purpose: provenance.purpose.clone(),
            correlation: provenance.correlation,
            causation: draft.causation,
            source: provenance.source.clone(),
        },
        event_type: event_type.to_owned(),
        key_version,
        payload_hash: payload_hash(&case_sealed, identity_sealed.as_deref()),
        case_sealed,
        identity_sealed,
    })
}
