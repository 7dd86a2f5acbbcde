//! The values of one stored event, as PostgreSQL sends them in binary: in a row, or in a message of `COPY`.

use super::load::tuple::{day, instant};
use super::row::{EventRow, kind_of, origin_of};
use crate::StoreError;
use crate::codec::CodecError;
use jiff::Timestamp;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Envelope, Role, SourceReference};
use throughcare_domain::id::EventId;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// How many columns [`super::query::event_columns`] names.
pub(crate) const COLUMNS: i16 = 26;

/// The values of one row that were not read yet, in the order of [`super::query::event_columns`].
pub(crate) trait Values<'a> {
    /// The next value; the inner `None` is NULL, the outer one is no value that could be read.
    fn value(&mut self) -> Option<Option<&'a [u8]>>;

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.value()??.try_into().ok()
    }

    fn uuid(&mut self) -> Option<Uuid> {
        self.fixed().map(Uuid::from_bytes)
    }

    fn small(&mut self) -> Option<i16> {
        self.fixed().map(i16::from_be_bytes)
    }

    fn at(&mut self) -> Option<Timestamp> {
        self.fixed().and_then(micros)
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

    /// The event of this row.
    fn event(&mut self) -> Result<EventRow, StoreError> {
        let position = self
            .fixed()
            .map(i64::from_be_bytes)
            .ok_or_else(|| unreadable(0, "position"))?
            .unsigned_abs();
        macro_rules! read {
            ($column:literal, $value:expr) => {
                $value.ok_or_else(|| unreadable(position, $column))?
            };
        }
        let id = EventId(read!("event_id", self.uuid()));
        let correlation = read!("correlation", self.uuid());
        let causation = match read!("causation", self.value()) {
            Some(bytes) => Some(EventId(read!("causation", Uuid::from_slice(bytes).ok()))),
            None => None,
        };
        let stream_id = read!("stream_id", self.uuid());
        let recorded_at = read!("recorded_at", self.at());
        let received_at = read!("received_at", self.at());
        let occurred_at = match read!("occurred_at", self.value()) {
            Some(bytes) => Some(read!("occurred_at", bytes.try_into().ok().and_then(micros))),
            None => None,
        };
        let occurred_on = self.fixed().and_then(|bytes| day(i32::from_be_bytes(bytes)));
        let occurred_on = read!("occurred_on", occurred_on);
        let stream_version = read!("stream_version", self.fixed().map(i32::from_be_bytes)).unsigned_abs();
        let kind = self.small().and_then(|number| kind_of(number).ok());
        let kind = read!("stream_kind", kind);
        let schema_version = read!("schema_version", self.small()).unsigned_abs();
        let key_version = read!("key_version", self.small()).unsigned_abs();
        let origin = read!("origin", self.small().and_then(|number| origin_of(number).ok()));
        let event_type = read!("event_type", self.text()).to_owned();
        let client = read!("client", self.text()).to_owned();
        let user = read!("user_name", self.text_or_null());
        let organisation = self.text().and_then(|code| OrganisationCode::parse(code).ok());
        let actor = Actor {
            client,
            user,
            organisation: read!("organisation", organisation),
            role: read!("role", self.text().and_then(Role::parse)),
        };
        let on_behalf_of = read!("on_behalf_of", self.text_or_null());
        let purpose = read!("purpose", self.text()).to_owned();
        let system = read!("source_system", self.text_or_null());
        let reference = read!("source_reference", self.text_or_null());
        let case_sealed = read!("case_sealed", self.value().flatten()).to_vec();
        let identity_sealed = read!("identity_sealed", self.value()).map(<[u8]>::to_vec);
        let payload_hash = read!("payload_hash", self.fixed());
        Ok(EventRow {
            envelope: Envelope {
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
            },
            event_type,
            key_version,
            case_sealed,
            identity_sealed,
            payload_hash,
        })
    }
}

/// An event of whose envelope a column cannot be read; position 0 is not known.
pub(super) fn unreadable(position: u64, column: &'static str) -> StoreError {
    StoreError::Codec {
        position,
        source: CodecError::Envelope { column },
    }
}

fn micros(bytes: [u8; 8]) -> Option<Timestamp> {
    instant(i64::from_be_bytes(bytes))
}
