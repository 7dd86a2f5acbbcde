//! The statements that write a large judged group: `COPY` where a group only adds rows, and the writer's own
//! statements where it may change some.

use super::Sealed;
use super::sealed::COLUMNS;
use super::tuple::{HEADER, TRAILER, Tuple};
use crate::connect::Session;
use crate::log::check::Ground;
use crate::log::insert::{self, signed, version};
use crate::log::row::kind_number;
use crate::log::{Appended, prepare::Prepared};
use jiff_sqlx::ToSqlx as _;
use sqlx::Error;
use std::collections::BTreeMap;

/// An append that may be written, and what it will be answered.
type Accepted<'a> = (&'a Sealed, &'a Appended);

/// Bytes sent at a time.
const CHUNK: usize = 256 * 1024;

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
    entities(connection, accepted).await?;
    references(connection, accepted).await?;
    insert::answers(connection, &prepared).await?;
    insert::claims(connection, &prepared).await
}

/// Rows on their way into one table.
struct Rows {
    statement: String,
    buffer: Vec<u8>,
}

impl Rows {
    fn into(name: &str, table: &str, columns: &str) -> Self {
        let mut buffer = Vec::with_capacity(CHUNK + CHUNK / 4);
        buffer.extend_from_slice(HEADER);
        let statement = format!("/* {name} */ COPY {table} ({columns}) FROM STDIN (FORMAT binary)");
        Self { statement, buffer }
    }

    /// Sends the rows that `write` puts into the buffer, one call each. The server reads while the next are put.
    async fn copy<T>(
        mut self,
        connection: &mut Session<'_>,
        rows: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Tuple<'_>, T),
    ) -> Result<(), Error> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        let mut copy = connection.connection().copy_in_raw(&self.statement).await?;
        for row in rows {
            write(&mut Tuple(&mut self.buffer), row);
            if self.buffer.len() >= CHUNK {
                copy.send(self.buffer.as_slice()).await?;
                self.buffer.clear();
            }
        }
        self.buffer.extend_from_slice(TRAILER);
        copy.send(self.buffer.as_slice()).await?;
        copy.finish().await.map(drop)
    }
}

async fn events(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows = accepted.iter().flat_map(|(sealed, appended)| {
        let positions = appended.first_position..;
        positions
            .zip(sealed.rows())
            .map(|(position, row)| (position, appended.recorded_at, row))
    });
    let columns = format!("position, recorded_at, {COLUMNS}");
    Rows::into("copy_events", "events", &columns)
        .copy(connection, rows, |tuple, (position, recorded_at, row)| {
            tuple.begin(26);
            tuple.bigint(signed(position));
            tuple.timestamptz(recorded_at);
            tuple.0.extend_from_slice(row);
        })
        .await
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
    Rows::into("copy_streams", "streams", "stream_id, stream_kind, version")
        .copy(connection, begun.iter(), |tuple, (id, (kind, version))| {
            tuple.begin(3);
            tuple.uuid(*id);
            tuple.smallint(*kind);
            tuple.integer(*version);
        })
        .await?;
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

async fn entities(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows = accepted.iter().flat_map(|(sealed, _)| &sealed.prepared.entities);
    Rows::into(
        "copy_entities",
        "entities",
        "entity_id, kind, stream_id, stream_kind",
    )
    .copy(connection, rows, |tuple, entity| {
        tuple.begin(4);
        tuple.uuid(entity.id);
        tuple.text(entity.kind.as_str());
        tuple.uuid(entity.stream.id);
        tuple.smallint(kind_number(entity.stream.kind));
    })
    .await
}

async fn references(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let rows = accepted.iter().flat_map(|(sealed, appended)| {
        let references = sealed.prepared.references.iter();
        references.map(|reference| (reference, appended.first_position))
    });
    let columns = "client, system, value, entity_id, stream_id, stream_kind, position";
    Rows::into("copy_references", "external_references", columns)
        .copy(connection, rows, |tuple, (reference, position)| {
            tuple.begin(7);
            tuple.text(&reference.client);
            tuple.text(&reference.source.system);
            tuple.text(&reference.source.value);
            tuple.uuid(reference.entity);
            tuple.uuid(reference.stream.id);
            tuple.smallint(kind_number(reference.stream.kind));
            tuple.bigint(signed(position));
        })
        .await
}
