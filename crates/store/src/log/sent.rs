//! The row types of `append_group` (migrations 0012, 0027), written field by field in the order of their declaration.

use super::Appended;
use super::insert::{Accepted, signed, small, version};
use super::prepare::Prepared;
use super::row::{kind_number, origin_number};
use jiff_sqlx::{Date, Timestamp, ToSqlx as _};
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::PgRecordEncoder;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, Postgres};
use std::collections::BTreeMap;
use uuid::Uuid;

macro_rules! sent {
    ($(#[$doc:meta])* $name:ident as $sql:literal { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        pub(super) struct $name<'a> {
            $(pub $field: $type,)*
            pub of: std::marker::PhantomData<&'a ()>,
        }

        impl sqlx::Type<Postgres> for $name<'_> {
            fn type_info() -> PgTypeInfo {
                PgTypeInfo::with_name($sql)
            }
        }

        impl PgHasArrayType for $name<'_> {
            fn array_type_info() -> PgTypeInfo {
                PgTypeInfo::array_of($sql)
            }
        }

        impl Encode<'_, Postgres> for $name<'_> {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let mut record = PgRecordEncoder::new(buffer);
                $(record.encode(self.$field)?;)*
                record.finish();
                Ok(IsNull::No)
            }
        }
    };
}

sent!(
    /// An event without what only the log can give: position and recorded time.
    SentEvent as "appended_event" {
        event_id: Uuid,
        correlation: Uuid,
        causation: Option<Uuid>,
        stream_id: Uuid,
        received_at: Timestamp,
        occurred_at: Option<Timestamp>,
        occurred_on: Date,
        stream_version: i32,
        stream_kind: i16,
        schema_version: i16,
        key_version: i16,
        origin: i16,
        event_type: &'a str,
        client: &'a str,
        user_name: Option<&'a str>,
        organisation: &'a str,
        role: &'a str,
        on_behalf_of: Option<&'a str>,
        purpose: &'a str,
        source_system: Option<&'a str>,
        source_reference: Option<&'a str>,
        case_sealed: &'a [u8],
        identity_sealed: Option<&'a [u8]>,
        payload_hash: &'a [u8],
    }
);

sent!(
    /// From which version to which a stream goes; from 0 when it begins.
    SentStream as "appended_stream" { stream_id: Uuid, stream_kind: i16, expected: i32, reached: i32 }
);

sent!(
    /// Something with an id of its own.
    SentEntity as "appended_entity" { entity_id: Uuid, stream_id: Uuid, stream_kind: i16, kind: &'a str }
);

sent!(
    /// What a key is answered; places count from the first event of the group, which has place 1.
    SentAnswer as "appended_answer" {
        client: &'a str,
        key: Uuid,
        fingerprint: &'a [u8],
        answer: &'a [u8],
        first_place: i64,
        last_place: i64,
    }
);

sent!(
    /// A sender's own reference.
    SentReference as "appended_reference" {
        client: &'a str,
        system: &'a str,
        value: &'a str,
        entity_id: Uuid,
        stream_id: Uuid,
        stream_kind: i16,
        place: i64,
    }
);

sent!(
    /// An identifier that becomes findable.
    SentClaim as "appended_claim" { kind: &'a str, blind: &'a [u8], stream_id: Uuid, stream_kind: i16 }
);

sent!(
    /// An organisation that a record concerns.
    SentConcern as "appended_concern" { stream_id: Uuid, organisation: &'a str }
);

/// Everything that one call of `append_group` writes.
#[derive(Default)]
pub(super) struct SentGroup<'a> {
    pub events: Vec<SentEvent<'a>>,
    pub streams: Vec<SentStream<'a>>,
    pub entities: Vec<SentEntity<'a>>,
    pub answers: Vec<SentAnswer<'a>>,
    pub references: Vec<SentReference<'a>>,
    pub claims: Vec<SentClaim<'a>>,
    pub concerned: Vec<SentConcern<'a>>,
}

impl<'a> SentGroup<'a> {
    /// Collects judged appends whose positions count from 1.
    pub(super) fn of(accepted: &[Accepted<'a>]) -> Self {
        let mut group = Self::default();
        // A stream named by several appends goes from the first one's version to the last one's.
        let mut streams: BTreeMap<Uuid, SentStream<'a>> = BTreeMap::new();
        for (append, appended) in accepted {
            for stream in &append.streams {
                streams
                    .entry(stream.stream.id)
                    .and_modify(|sent| sent.reached = version(stream.reached))
                    .or_insert_with(|| SentStream {
                        stream_id: stream.stream.id,
                        stream_kind: kind_number(stream.stream.kind),
                        expected: version(stream.expected),
                        reached: version(stream.reached),
                        of: std::marker::PhantomData,
                    });
            }
            group.take(append, appended);
        }
        group.streams = streams.into_values().collect();
        group
    }

    fn take(&mut self, append: &'a Prepared, appended: &Appended) {
        let of = std::marker::PhantomData;
        self.events.extend(append.rows.iter().map(|row| {
            let envelope = &row.envelope;
            let source = envelope.source.as_ref();
            SentEvent {
                event_id: envelope.id.0,
                correlation: envelope.correlation,
                causation: envelope.causation.map(|event| event.0),
                stream_id: envelope.stream.id,
                received_at: envelope.received_at.to_sqlx(),
                occurred_at: envelope.occurred.instant().map(|at| at.to_sqlx()),
                occurred_on: envelope.occurred.date().to_sqlx(),
                stream_version: version(envelope.stream_version),
                stream_kind: kind_number(envelope.stream.kind),
                schema_version: small(envelope.schema_version),
                key_version: small(row.key_version),
                origin: origin_number(envelope.origin),
                event_type: &row.event_type,
                client: &envelope.actor.client,
                user_name: envelope.actor.user.as_deref(),
                organisation: envelope.actor.organisation.as_str(),
                role: envelope.actor.role.as_str(),
                on_behalf_of: envelope.on_behalf_of.as_deref(),
                purpose: &envelope.purpose,
                source_system: source.map(|source| source.system.as_str()),
                source_reference: source.map(|source| source.value.as_str()),
                case_sealed: &row.case_sealed,
                identity_sealed: row.identity_sealed.as_deref(),
                payload_hash: &row.payload_hash,
                of,
            }
        }));
        self.entities
            .extend(append.entities.iter().map(|entity| SentEntity {
                entity_id: entity.id,
                stream_id: entity.stream.id,
                stream_kind: kind_number(entity.stream.kind),
                kind: entity.kind.as_str(),
                of,
            }));
        self.answers
            .extend(append.idempotency.iter().map(|asked| SentAnswer {
                client: &asked.client,
                key: asked.key,
                fingerprint: &asked.fingerprint,
                answer: &asked.answer,
                first_place: signed(appended.first_position),
                last_place: signed(appended.last_position),
                of,
            }));
        self.references
            .extend(append.references.iter().map(|reference| SentReference {
                client: &reference.client,
                system: &reference.source.system,
                value: &reference.source.value,
                entity_id: reference.entity,
                stream_id: reference.stream.id,
                stream_kind: kind_number(reference.stream.kind),
                place: signed(appended.first_position),
                of,
            }));
        self.concerned.extend(
            append
                .concerned
                .iter()
                .map(|(stream_id, organisation)| SentConcern {
                    stream_id: *stream_id,
                    organisation: organisation.as_str(),
                    of,
                }),
        );
        self.claims.extend(append.claims.iter().map(|claim| SentClaim {
            kind: claim.kind.as_str(),
            blind: &claim.blind,
            stream_id: claim.stream.id,
            stream_kind: kind_number(claim.stream.kind),
            of,
        }));
    }
}
