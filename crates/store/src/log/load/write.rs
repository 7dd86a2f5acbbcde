//! The statements that write a large judged group: streams that begin are only added, and events go as columns, in the
//! bytes in which they were sealed; the writer's own statements do the rest.
//!
//! `COPY` would be a little quicker, and refuses every table with row-level security (migration 0028).

use super::Sealed;
use super::columns::{Column, Kind};
use super::sealed::COLUMNS;
use crate::connect::Session;
use crate::log::check::Ground;
use crate::log::insert::{self, signed, version};
use crate::log::row::kind_number;
use crate::log::{Appended, concerned, prepare::Prepared};
use jiff_sqlx::ToSqlx as _;
use sqlx::{AssertSqlSafe, Error};
use std::collections::BTreeMap;

/// An append that may be written, and what it will be answered.
type Accepted<'a> = (&'a Sealed, &'a Appended);

/// Events in one statement: some two megabytes.
const TOGETHER: usize = 2_048;

/// The types of [`COLUMNS`], in their order.
const KINDS: [Kind; 24] = [
    Kind::Uuid,
    Kind::Uuid,
    Kind::Uuid,
    Kind::Uuid,
    Kind::Timestamptz,
    Kind::Timestamptz,
    Kind::Date,
    Kind::Integer,
    Kind::Smallint,
    Kind::Smallint,
    Kind::Smallint,
    Kind::Smallint,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Bytea,
    Kind::Bytea,
    Kind::Bytea,
];

/// Writes every table of the log.
pub(super) async fn write(
    connection: &mut Session<'_>,
    accepted: &[Accepted<'_>],
    ground: &Ground,
) -> Result<(), Error> {
    events(connection, accepted).await?;
    let prepared: Vec<(&Prepared, &Appended)> = accepted
        .iter()
        .map(|(sealed, appended)| (&sealed.prepared, *appended))
        .collect();
    streams(connection, accepted, ground).await?;
    insert::entities(connection, &prepared).await?;
    insert::references(connection, &prepared).await?;
    insert::answers(connection, &prepared).await?;
    concerned::write(connection, &prepared).await?;
    insert::claims(connection, &prepared).await
}

async fn events(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows: Vec<_> = accepted
        .iter()
        .flat_map(|(sealed, appended)| {
            let positions = appended.first_position..;
            positions
                .zip(sealed.rows())
                .map(|(position, row)| (position, appended.recorded_at, row))
        })
        .collect();
    let places: Vec<String> = (3..3 + KINDS.len())
        .zip(KINDS)
        .map(|(place, kind)| format!("${place}::{}[]", kind.name()))
        .collect();
    let statement = format!(
        "/* load_events */ INSERT INTO events (position, recorded_at, {COLUMNS}) \
         SELECT * FROM unnest($1::bigint[], $2::timestamptz[], {})",
        places.join(", ")
    );
    for some in rows.chunks(TOGETHER) {
        let positions: Vec<i64> = some.iter().map(|(position, ..)| signed(*position)).collect();
        let recorded: Vec<_> = some.iter().map(|(_, at, _)| at.to_sqlx()).collect();
        let mut query = sqlx::query(AssertSqlSafe(statement.clone()))
            .bind(positions)
            .bind(recorded);
        for column in Column::all(&KINDS, some.iter().map(|(_, _, row)| *row))? {
            query = query.bind(column);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Streams that begin are only added; of the others the version moves, in order of id. Told apart, neither is looked
/// for twice, as with `ON CONFLICT`.
async fn streams(
    connection: &mut Session<'_>,
    accepted: &[Accepted<'_>],
    ground: &Ground,
) -> Result<(), Error> {
    let (mut begun, mut moved) = (BTreeMap::new(), BTreeMap::new());
    for stream in accepted.iter().flat_map(|(sealed, _)| &sealed.prepared.streams) {
        let id = stream.stream.id;
        if stream.expected == 0 || begun.contains_key(&id) {
            begun.insert(id, (kind_number(stream.stream.kind), version(stream.reached)));
        } else {
            moved.insert(id, version(stream.reached));
        }
    }
    if !begun.is_empty() {
        sqlx::query(
            "/* begin_streams */ INSERT INTO streams (stream_id, stream_kind, version) \
             SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::integer[])",
        )
        .bind(begun.keys().copied().collect::<Vec<_>>())
        .bind(begun.values().map(|(kind, _)| *kind).collect::<Vec<_>>())
        .bind(begun.values().map(|(_, version)| *version).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query(
        "/* move_streams */ WITH head AS (UPDATE log_head SET position = $3, recorded_at = $4) \
         UPDATE streams SET version = moved.version \
         FROM unnest($1::uuid[], $2::integer[]) AS moved (id, version) WHERE streams.stream_id = moved.id",
    )
    .bind(moved.keys().copied().collect::<Vec<_>>())
    .bind(moved.values().copied().collect::<Vec<_>>())
    .bind(signed(ground.position))
    .bind(ground.recorded_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}
