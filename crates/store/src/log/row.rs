//! An event as it stands in the table: the numbers and texts of its columns.

use crate::codec::CodecError;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Envelope, Origin, Role, SourceReference};
use throughcare_domain::id::EventId;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::Occurred;
use uuid::Uuid;

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

/// Why a row could not be read.
pub(crate) enum RowError {
    Column(sqlx::Error),
    Value { position: u64, source: CodecError },
}

impl From<sqlx::Error> for RowError {
    fn from(error: sqlx::Error) -> Self {
        Self::Column(error)
    }
}

impl From<RowError> for crate::StoreError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Column(error) => error.into(),
            RowError::Value { position, source } => Self::Codec { position, source },
        }
    }
}

impl EventRow {
    /// Reads the columns that [`super::query::columns`] names.
    pub(crate) fn read(row: &PgRow) -> Result<Self, RowError> {
        let position = row.try_get::<i64, _>("position")?.unsigned_abs();
        let wrong = |column| RowError::Value {
            position,
            source: CodecError::Envelope { column },
        };
        let at = |column| row.try_get::<SqlTimestamp, _>(column).map(SqlTimestamp::to_jiff);
        let occurred_on: Date = row.try_get::<SqlDate, _>("occurred_on")?.to_jiff();
        let occurred_at: Option<SqlTimestamp> = row.try_get("occurred_at")?;
        let hash: &[u8] = row.try_get("payload_hash")?;
        let source = match (row.try_get("source_system")?, row.try_get("source_reference")?) {
            (Some(system), Some(value)) => Some(SourceReference { system, value }),
            _ => None,
        };
        let envelope = Envelope {
            id: EventId(row.try_get("event_id")?),
            schema_version: row.try_get::<i16, _>("schema_version")?.unsigned_abs(),
            stream: StreamId {
                kind: kind_of(row.try_get("stream_kind")?).map_err(|_| wrong("stream_kind"))?,
                id: row.try_get("stream_id")?,
            },
            stream_version: row.try_get::<i32, _>("stream_version")?.unsigned_abs(),
            position,
            occurred: occurred_at.map_or(Occurred::On(occurred_on), |at| Occurred::At(at.to_jiff())),
            received_at: at("received_at")?,
            recorded_at: at("recorded_at")?,
            origin: origin_of(row.try_get("origin")?).map_err(|_| wrong("origin"))?,
            actor: Actor {
                client: row.try_get("client")?,
                user: row.try_get("user_name")?,
                organisation: OrganisationCode::parse(row.try_get("organisation")?)
                    .map_err(|_| wrong("organisation"))?,
                role: Role::parse(row.try_get("role")?).ok_or_else(|| wrong("role"))?,
            },
            on_behalf_of: row.try_get("on_behalf_of")?,
            purpose: row.try_get("purpose")?,
            correlation: row.try_get("correlation")?,
            causation: row.try_get::<Option<Uuid>, _>("causation")?.map(EventId),
            source,
        };
        Ok(Self {
            envelope,
            event_type: row.try_get("event_type")?,
            key_version: row.try_get::<i16, _>("key_version")?.unsigned_abs(),
            case_sealed: row.try_get("case_sealed")?,
            identity_sealed: row.try_get("identity_sealed")?,
            payload_hash: hash.try_into().map_err(|_| wrong("payload_hash"))?,
        })
    }
}
