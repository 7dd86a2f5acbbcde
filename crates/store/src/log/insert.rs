//! The statements that write a judged group: a few rows' worth of arrays each, however many appends there are.

use super::Appended;
use super::check::Ground;
use super::concerned;
use super::prepare::Prepared;
use super::row::{kind_number, origin_number};
use crate::connect::Session;
use jiff_sqlx::ToSqlx as _;
use sqlx::Error;
use std::collections::BTreeMap;

/// An append that may be written, and what it will be answered.
pub(super) type Accepted<'a> = (&'a Prepared, &'a Appended);

/// Writes every table of the log.
pub(super) async fn write(
    connection: &mut Session<'_>,
    accepted: &[Accepted<'_>],
    ground: &Ground,
) -> Result<(), Error> {
    events(connection, accepted).await?;
    versions_and_head(connection, accepted, ground).await?;
    entities(connection, accepted).await?;
    answers(connection, accepted).await?;
    references(connection, accepted).await?;
    links(connection, accepted).await?;
    concerned::write(connection, accepted).await?;
    claims(connection, accepted).await
}

/// A position as PostgreSQL counts: the table's bounds keep it far below the limit.
pub(super) fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

pub(super) fn version(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

pub(crate) fn small(number: u16) -> i16 {
    i16::try_from(number).unwrap_or(i16::MAX)
}

async fn events(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows: Vec<_> = accepted
        .iter()
        .flat_map(|(append, appended)| {
            (appended.first_position..)
                .zip(&append.rows)
                .map(|(position, row)| (position, appended.recorded_at, row))
        })
        .collect();
    macro_rules! column {
        (|$row:ident| $value:expr) => {
            rows.iter().map(|(_, _, $row)| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query(
        "/* insert_events */ INSERT INTO events (position, recorded_at, event_id, correlation, causation, \
         stream_id, received_at, occurred_at, occurred_on, stream_version, stream_kind, schema_version, \
         key_version, origin, event_type, client, user_name, organisation, role, on_behalf_of, purpose, \
         source_system, source_reference, case_sealed, identity_sealed, payload_hash) \
         SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], \
         $7::timestamptz[], $8::timestamptz[], $9::date[], $10::integer[], $11::smallint[], $12::smallint[], \
         $13::smallint[], $14::smallint[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], \
         $20::text[], $21::text[], $22::text[], $23::text[], $24::bytea[], $25::bytea[], $26::bytea[])",
    )
    .bind(rows.iter().map(|(position, _, _)| signed(*position)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, recorded_at, _)| recorded_at.to_sqlx()).collect::<Vec<_>>())
    .bind(column!(|row| row.envelope.id.0))
    .bind(column!(|row| row.envelope.correlation))
    .bind(column!(|row| row.envelope.causation.map(|event| event.0)))
    .bind(column!(|row| row.envelope.stream.id))
    .bind(column!(|row| row.envelope.received_at.to_sqlx()))
    .bind(column!(|row| row.envelope.occurred.instant().map(|at| at.to_sqlx())))
    .bind(column!(|row| row.envelope.occurred.date().to_sqlx()))
    .bind(column!(|row| version(row.envelope.stream_version)))
    .bind(column!(|row| kind_number(row.envelope.stream.kind)))
    .bind(column!(|row| small(row.envelope.schema_version)))
    .bind(column!(|row| small(row.key_version)))
    .bind(column!(|row| origin_number(row.envelope.origin)))
    .bind(column!(|row| row.event_type.as_str()))
    .bind(column!(|row| row.envelope.actor.client.as_str()))
    .bind(column!(|row| row.envelope.actor.user.as_deref()))
    .bind(column!(|row| row.envelope.actor.organisation.as_str()))
    .bind(column!(|row| row.envelope.actor.role.as_str()))
    .bind(column!(|row| row.envelope.on_behalf_of.as_deref()))
    .bind(column!(|row| row.envelope.purpose.as_str()))
    .bind(column!(|row| row.envelope.source.as_ref().map(|source| source.system.as_str())))
    .bind(column!(|row| row.envelope.source.as_ref().map(|source| source.value.as_str())))
    .bind(column!(|row| row.case_sealed.as_slice()))
    .bind(column!(|row| row.identity_sealed.as_deref()))
    .bind(column!(|row| row.payload_hash.as_slice()))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn versions_and_head(
    connection: &mut Session<'_>,
    accepted: &[Accepted<'_>],
    ground: &Ground,
) -> Result<(), Error> {
    // A stream named by several appends of the group is written once, with the version it reached; in order of
    // id, as every writer does it.
    let reached: BTreeMap<_, _> = accepted
        .iter()
        .flat_map(|(append, _)| &append.streams)
        .map(|stream| {
            (
                stream.stream.id,
                (kind_number(stream.stream.kind), version(stream.reached)),
            )
        })
        .collect();
    sqlx::query(
        "/* move_head */ WITH head AS (UPDATE log_head SET position = $4, recorded_at = $5) \
         INSERT INTO streams (stream_id, stream_kind, version) \
         SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::integer[]) \
         ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version",
    )
    .bind(reached.keys().copied().collect::<Vec<_>>())
    .bind(reached.values().map(|(kind, _)| *kind).collect::<Vec<_>>())
    .bind(reached.values().map(|(_, version)| *version).collect::<Vec<_>>())
    .bind(signed(ground.position))
    .bind(ground.recorded_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn entities(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows: Vec<_> = accepted.iter().flat_map(|(append, _)| &append.entities).collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "/* insert_entities */ INSERT INTO entities (entity_id, kind, stream_id, stream_kind) \
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::smallint[])",
    )
    .bind(rows.iter().map(|entity| entity.id).collect::<Vec<_>>())
    .bind(rows.iter().map(|entity| entity.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|entity| entity.stream.id).collect::<Vec<_>>())
    .bind(
        rows.iter()
            .map(|entity| kind_number(entity.stream.kind))
            .collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn answers(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows: Vec<_> = accepted
        .iter()
        .filter_map(|(append, appended)| append.idempotency.as_ref().map(|asked| (asked, appended)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "/* insert_answers */ INSERT INTO idempotency \
         (client, key, fingerprint, answer, first_position, last_position, created_at) \
         SELECT * FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[], \
         $7::timestamptz[])",
    )
    .bind(
        rows.iter()
            .map(|(asked, _)| asked.client.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(rows.iter().map(|(asked, _)| asked.key).collect::<Vec<_>>())
    .bind(
        rows.iter()
            .map(|(asked, _)| asked.fingerprint.as_slice())
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(asked, _)| asked.answer.as_slice())
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(_, appended)| signed(appended.first_position))
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(_, appended)| signed(appended.last_position))
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(_, appended)| appended.recorded_at.to_sqlx())
            .collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn references(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows: Vec<_> = accepted
        .iter()
        .flat_map(|(append, appended)| {
            append
                .references
                .iter()
                .map(|reference| (reference, appended.first_position))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "/* insert_references */ INSERT INTO external_references \
         (client, system, value, entity_id, stream_id, stream_kind, position) \
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::smallint[], \
         $7::bigint[])",
    )
    .bind(
        rows.iter()
            .map(|(reference, _)| reference.client.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(reference, _)| reference.source.system.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(reference, _)| reference.source.value.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(reference, _)| reference.entity)
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(reference, _)| reference.stream.id)
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(reference, _)| kind_number(reference.stream.kind))
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|(_, position)| signed(*position))
            .collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Both ways round, so that either record leads to the other.
async fn links(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let (ones, others): (Vec<_>, Vec<_>) = accepted
        .iter()
        .flat_map(|(append, _)| &append.links)
        .flat_map(|link| [(link.one.id, link.other.id), (link.other.id, link.one.id)])
        .unzip();
    if ones.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "/* insert_links */ INSERT INTO record_links (stream_id, other) SELECT * FROM unnest($1::uuid[], $2::uuid[]) \
         ON CONFLICT DO NOTHING",
    )
    .bind(&ones)
    .bind(others)
    .execute(&mut *connection)
    .await?;
    // Whoever was concerned by the one is concerned by the other from now on.
    sqlx::query(
        "/* concern_joined */ SELECT concern(array_agg(stream_id), array_agg(organisation)) \
         FROM concerned WHERE stream_id = ANY($1)",
    )
    .bind(ones)
    .execute(connection)
    .await?;
    Ok(())
}

/// What counts is the last word of the group on each claim; within an append releases come first.
pub(super) async fn claims(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let mut last = BTreeMap::new();
    for (append, _) in accepted {
        for release in [true, false] {
            for claim in append.claims.iter().filter(|claim| claim.release == release) {
                last.insert((claim.kind, claim.blind, claim.stream), release);
            }
        }
    }
    for (release, statement) in [
        (
            true,
            "/* release_claims */ DELETE FROM identifier_claims AS held USING \
             unnest($1::text[], $2::bytea[], $3::uuid[], $4::smallint[]) AS given (kind, blind, id, stream_kind) \
             WHERE held.kind = given.kind AND held.blind = given.blind AND held.stream_id = given.id",
        ),
        (
            false,
            "/* insert_claims */ INSERT INTO identifier_claims (kind, blind, stream_id, stream_kind) \
             SELECT * FROM unnest($1::text[], $2::bytea[], $3::uuid[], $4::smallint[]) \
             ON CONFLICT (kind, blind, stream_id) DO NOTHING",
        ),
    ] {
        let rows: Vec<_> = last
            .iter()
            .filter(|(_, is_release)| **is_release == release)
            .map(|(key, _)| key)
            .collect();
        if rows.is_empty() {
            continue;
        }
        sqlx::query(statement)
            .bind(rows.iter().map(|(kind, _, _)| kind.as_str()).collect::<Vec<_>>())
            .bind(
                rows.iter()
                    .map(|(_, blind, _)| blind.as_slice())
                    .collect::<Vec<_>>(),
            )
            .bind(rows.iter().map(|(_, _, stream)| stream.id).collect::<Vec<_>>())
            .bind(
                rows.iter()
                    .map(|(_, _, stream)| kind_number(stream.kind))
                    .collect::<Vec<_>>(),
            )
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
