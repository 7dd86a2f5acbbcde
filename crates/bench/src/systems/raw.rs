//! The raw limit: a narrow table, a row inserted in a transaction of its own, nothing else promised.
//!
//! Its positions are drawn before the commit, so a reader that goes on after the last one it saw loses events: it
//! is a limit to measure by and not a log.

use crate::cluster::pool;
use anyhow::{Result, ensure};
use bench_load::{Note, System, history, note, stream_id};
use sqlx::Row as _;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::types::Json;
use uuid::Uuid;

const TABLE: &str = "CREATE TABLE events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                     stream uuid NOT NULL, version integer NOT NULL, type text NOT NULL, data jsonb NOT NULL, \
                     UNIQUE (stream, version))";
const INSERT: &str = "INSERT INTO events (stream, version, type, data) VALUES ($1, $2, $3, $4)";
const INSERT_MANY: &str = "INSERT INTO events (stream, version, type, data) \
                           SELECT $1, version, $3, data FROM unnest($2::integer[], $4::jsonb[]) AS row (version, data)";
const PAGE: i64 = 5_000;

/// The raw limit.
pub struct Raw {
    pool: PgPool,
}

impl Raw {
    /// Makes the table and fills it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn new(connect: PgConnectOptions) -> Result<Self> {
        let pool = pool(connect).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        let rows: Vec<_> = history().collect();
        for rows in rows.chunks(2_000) {
            sqlx::query(
                "INSERT INTO events (stream, version, type, data) SELECT stream, version, 'CaseNoteAdded', data \
                 FROM unnest($1::uuid[], $2::integer[], $3::jsonb[]) AS row (stream, version, data)",
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
        Ok(Self { pool })
    }
}

impl System for Raw {
    async fn tokens(&self) -> Result<Vec<i64>> {
        let versions: Vec<(Uuid, i32)> =
            sqlx::query_as("SELECT stream, max(version) FROM events GROUP BY stream")
                .fetch_all(&self.pool)
                .await?;
        Ok(super::short_streams(versions))
    }

    async fn append(&self, _client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let stream = stream_id(stream);
        let reached = expected + events as i64;
        if events == 1 {
            sqlx::query(INSERT)
                .bind(stream)
                .bind(reached as i32)
                .bind("CaseNoteAdded")
                .bind(Json(note(stream, reached)))
                .execute(&self.pool)
                .await?;
        } else {
            let numbers = expected + 1..=reached;
            sqlx::query(INSERT_MANY)
                .bind(stream)
                .bind(numbers.clone().map(|number| number as i32).collect::<Vec<_>>())
                .bind("CaseNoteAdded")
                .bind(
                    numbers
                        .map(|number| Json(note(stream, number)))
                        .collect::<Vec<_>>(),
                )
                .execute(&self.pool)
                .await?;
        }
        Ok(reached)
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
                "SELECT position, stream, version, type, data FROM events WHERE position > $1 \
                 ORDER BY position LIMIT $2",
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
