//! The other shape a log could have: append first, order afterwards.
//!
//! Each append is a transaction of its own, on a connection of its own: it compares and moves the stream's version,
//! inserts the events and the idempotency record, and marks the events pending. One sequencer turns pending events
//! into dense positions, in one transaction each time. Readers see what has a position. A prototype: it seals
//! nothing and its rows carry no envelope, both of which this log pays for.

use crate::cluster::{pool, single};
use crate::visibility::Seen;
use anyhow::{Context, Result, ensure};
use bench_load::{Note, Random, System, history, note, stream_id};
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::types::Json;
use sqlx::{Executor as _, Row as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use uuid::Uuid;

const TABLES: &str = "
    CREATE TABLE streams (stream uuid PRIMARY KEY, version integer NOT NULL) WITH (fillfactor = 70);
    CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream uuid NOT NULL,
        version integer NOT NULL, type text NOT NULL, data jsonb NOT NULL, UNIQUE (stream, version));
    CREATE TABLE idempotency (client text NOT NULL, key uuid NOT NULL, fingerprint bytea NOT NULL,
        answer bytea NOT NULL, PRIMARY KEY (client, key));
    CREATE TABLE pending (id bigint NOT NULL)
        WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
    CREATE TABLE ordered (position bigint PRIMARY KEY, id bigint NOT NULL);
    CREATE TABLE head (position bigint NOT NULL) WITH (fillfactor = 10);
    INSERT INTO head VALUES (0);";

/// One statement, so that an append is one round trip and one commit. It writes nothing when the version differs.
const APPEND: &str = "
    WITH moved AS (UPDATE streams SET version = version + cardinality($3::jsonb[])
                   WHERE stream = $1 AND version = $2 RETURNING version),
    written AS (INSERT INTO events (stream, version, type, data)
                SELECT $1, $2 + row.number, 'CaseNoteAdded', row.data
                FROM moved, unnest($3::jsonb[]) WITH ORDINALITY AS row (data, number) RETURNING id),
    answered AS (INSERT INTO idempotency SELECT 'northshire-recovery-records', $4, $5, $6 FROM moved),
    marked AS (INSERT INTO pending SELECT id FROM written)
    SELECT version FROM moved";

/// A stream's events keep their order, because its row is locked until each append commits.
const SEQUENCE: &str = "
    WITH locked AS MATERIALIZED (SELECT position FROM head FOR UPDATE),
    taken AS (DELETE FROM pending RETURNING id),
    placed AS (INSERT INTO ordered
               SELECT locked.position + row_number() OVER (ORDER BY taken.id), taken.id FROM taken, locked
               RETURNING 1)
    UPDATE head SET position = position + (SELECT count(*) FROM placed)
    WHERE EXISTS (SELECT FROM pending)";

/// How long the sequencer rests when nothing was pending.
const REST: Duration = Duration::from_millis(1);
const PAGE: i64 = 5_000;

/// The other shape, with its sequencer running.
pub struct Sequenced {
    pool: PgPool,
    random: Mutex<Random>,
    sequencer: JoinHandle<()>,
}

impl Sequenced {
    /// Makes the tables, fills them, and starts the sequencer on a connection of its own.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn new(connect: PgConnectOptions) -> Result<Self> {
        let pool = pool(connect.clone()).await?;
        sqlx::raw_sql(TABLES).execute(&pool).await?;
        let rows: Vec<_> = history().collect();
        for rows in rows.chunks(2_000) {
            sqlx::query(
                "WITH written AS (INSERT INTO events (stream, version, type, data) \
                 SELECT stream, version, 'CaseNoteAdded', data \
                 FROM unnest($1::uuid[], $2::integer[], $3::jsonb[]) AS row (stream, version, data) RETURNING id) \
                 INSERT INTO pending SELECT id FROM written",
            )
            .bind(rows.iter().map(|(stream, _)| stream_id(*stream)).collect::<Vec<_>>())
            .bind(rows.iter().map(|(_, number)| *number as i32).collect::<Vec<_>>())
            .bind(
                rows.iter()
                    .map(|(stream, number)| Json(note(stream_id(*stream), *number)))
                    .collect::<Vec<_>>(),
            )
            .execute(&pool)
            .await?;
        }
        pool.execute("INSERT INTO streams SELECT stream, max(version) FROM events GROUP BY stream")
            .await?;
        sequence(&pool).await?;
        let own = single(connect).await?;
        let sequencer = tokio::spawn(async move {
            loop {
                match sequence(&own).await {
                    Ok(0) => tokio::time::sleep(REST).await,
                    Ok(_) => {}
                    Err(error) => {
                        eprintln!("the sequencer failed: {error}");
                        return;
                    }
                }
            }
        });
        Ok(Self {
            pool,
            random: Mutex::new(Random::new(77)),
            sequencer,
        })
    }

    /// The position of the last event that has one.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn end(&self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT position FROM head")
            .fetch_one(&self.pool)
            .await?)
    }

    /// The events after a position, in order: what a reader that follows the log asks.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn after(&self, position: i64) -> Result<Vec<Seen>> {
        let rows = sqlx::query(
            "SELECT ordered.position, stream, version::bigint FROM ordered JOIN events USING (id) \
             WHERE ordered.position > $1 ORDER BY ordered.position LIMIT $2",
        )
        .bind(position)
        .bind(PAGE)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Seen {
                    position: row.try_get(0)?,
                    stream: row.try_get(1)?,
                    version: row.try_get(2)?,
                })
            })
            .collect()
    }
}

impl Drop for Sequenced {
    fn drop(&mut self) {
        self.sequencer.abort();
    }
}

/// Gives positions to what is pending; 0 when nothing was.
async fn sequence(pool: &PgPool) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(SEQUENCE).execute(pool).await?.rows_affected())
}

impl System for Sequenced {
    async fn tokens(&self) -> Result<Vec<i64>> {
        let versions: Vec<(Uuid, i32)> = sqlx::query_as("SELECT stream, version FROM streams")
            .fetch_all(&self.pool)
            .await?;
        Ok(super::short_streams(versions))
    }

    async fn append(&self, _client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let key = self.random.lock().unwrap_or_else(PoisonError::into_inner).uuid();
        let stream = stream_id(stream);
        let notes: Vec<_> = (1..=events as i64)
            .map(|at| Json(note(stream, expected + at)))
            .collect();
        let reached: Option<i32> = sqlx::query_scalar(APPEND)
            .bind(stream)
            .bind(expected as i32)
            .bind(notes)
            .bind(key)
            .bind([7u8; 32].as_slice())
            .bind(vec![b'x'; super::this_log::ANSWER])
            .fetch_optional(&self.pool)
            .await?;
        Ok(i64::from(reached.context("conflict")?))
    }

    async fn read(&self, _client: usize, stream: usize) -> Result<usize> {
        let rows = sqlx::query("SELECT version, type, data FROM events WHERE stream = $1 ORDER BY version")
            .bind(stream_id(stream))
            .fetch_all(&self.pool)
            .await?;
        for row in &rows {
            ensure!(
                row.try_get::<Json<Note>, _>(2)?.number > 0,
                "a note without number"
            );
        }
        Ok(rows.len())
    }

    async fn replay(&self) -> Result<u64> {
        let (mut last, mut count) = (0i64, 0);
        loop {
            let page = sqlx::query(
                "SELECT ordered.position, stream, version, type, data FROM ordered JOIN events USING (id) \
                 WHERE ordered.position > $1 ORDER BY ordered.position LIMIT $2",
            )
            .bind(last)
            .bind(PAGE)
            .fetch_all(&self.pool)
            .await?;
            for row in &page {
                last = row.try_get(0)?;
                ensure!(
                    row.try_get::<Json<Note>, _>(4)?.number > 0,
                    "a note without number"
                );
            }
            count += page.len() as u64;
            if page.len() < PAGE as usize {
                return Ok(count);
            }
        }
    }
}
