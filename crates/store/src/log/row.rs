//! An event as it stands in the table: the numbers and texts of its columns.

use super::values::Values;
use crate::StoreError;
use crate::codec::CodecError;
use jiff::Timestamp;
use sqlx::postgres::{PgRow, PgValueFormat};
use sqlx::{Row as _, ValueRef as _};
use throughcare_domain::event::{Envelope, Origin};
use throughcare_domain::stream::StreamKind;
use throughcare_domain::when::Occurred;
use throughcare_proof::Hash;
use throughcare_proof::record::{EventRecord, When};

/// A sealed event, ready to be written or just read.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    pub envelope: Envelope,
    pub event_type: String,
    pub key_version: u16,
    pub case_sealed: Vec<u8>,
    pub identity_sealed: Option<Vec<u8>>,
    pub payload_hash: [u8; 32],
}

/// SHA-256 over both stored parts, each after its length, so that no byte can move from one to the other.
pub(crate) fn payload_hash(case_sealed: &[u8], identity_sealed: Option<&[u8]>) -> [u8; 32] {
    let identity = identity_sealed.unwrap_or_default();
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in [case_sealed, identity] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// PostgreSQL keeps microseconds: what is decided and what is read back must be equal.
pub(crate) fn to_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

pub(crate) fn kind_number(kind: StreamKind) -> i16 {
    match kind {
        StreamKind::Person => 1,
        StreamKind::Service => 2,
        StreamKind::Organisation => 3,
    }
}

pub(crate) fn kind_of(number: i16) -> Result<StreamKind, CodecError> {
    match number {
        1 => Ok(StreamKind::Person),
        2 => Ok(StreamKind::Service),
        3 => Ok(StreamKind::Organisation),
        _ => Err(CodecError::Envelope {
            column: "stream_kind",
        }),
    }
}

pub(crate) fn origin_number(origin: Origin) -> i16 {
    match origin {
        Origin::Staff => 1,
        Origin::Machine => 2,
    }
}

pub(crate) fn origin_of(number: i16) -> Result<Origin, CodecError> {
    match number {
        1 => Ok(Origin::Staff),
        2 => Ok(Origin::Machine),
        _ => Err(CodecError::Envelope { column: "origin" }),
    }
}

impl EventRow {
    /// Reads the columns that [`super::query::event_columns`] names, which come first in the row. By their place:
    /// looking each one up by its name would cost more than reading it.
    pub(crate) fn read(row: &PgRow) -> Result<Self, StoreError> {
        Cells { row, next: 0 }.event()
    }

    /// What is hashed into the tree of this row, with the hash of what is sealed in it: that of the column, or one made
    /// anew.
    pub(crate) fn record(&self, payload: [u8; 32]) -> EventRecord {
        let envelope = &self.envelope;
        let source = envelope.source.as_ref();
        EventRecord {
            event: envelope.id.0,
            stream_kind: envelope.stream.kind.as_str().to_owned(),
            stream: envelope.stream.id,
            version: envelope.stream_version,
            event_type: self.event_type.clone(),
            schema: envelope.schema_version,
            occurred: match envelope.occurred {
                Occurred::On(day) => When::On(day),
                Occurred::At(at) => When::At(at),
            },
            received: envelope.received_at,
            recorded: envelope.recorded_at,
            origin: match envelope.origin {
                Origin::Staff => "staff",
                Origin::Machine => "machine",
            }
            .to_owned(),
            client: envelope.actor.client.clone(),
            user: envelope.actor.user.clone(),
            organisation: envelope.actor.organisation.to_string(),
            role: envelope.actor.role.as_str().to_owned(),
            on_behalf_of: envelope.on_behalf_of.clone(),
            purpose: envelope.purpose.clone(),
            correlation: envelope.correlation,
            causation: envelope.causation.map(|event| event.0),
            source: source.map(|source| (source.system.clone(), source.value.clone())),
            key_version: self.key_version,
            payload: Hash(payload),
        }
    }
}

/// The values of a row of an answer.
struct Cells<'a> {
    row: &'a PgRow,
    next: usize,
}

impl<'a> Values<'a> for Cells<'a> {
    fn value(&mut self) -> Option<Option<&'a [u8]>> {
        let value = self.row.try_get_raw(self.next).ok()?;
        self.next += 1;
        match value.format() {
            _ if value.is_null() => Some(None),
            PgValueFormat::Binary => value.as_bytes().ok().map(Some),
            PgValueFormat::Text => None,
        }
    }
}
