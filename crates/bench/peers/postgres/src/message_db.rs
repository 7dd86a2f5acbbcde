//! message-db: SQL functions in the database, called with sqlx.

use crate::pool;
use anyhow::{Result, ensure};
use bench_load::{Note, SHORT_STREAMS, System, history, note, stream_id};
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::types::Json;
use sqlx::{Executor as _, Row as _};
use std::collections::HashMap;

const WRITE: &str =
    "SELECT write_message(gen_random_uuid()::varchar, $1::varchar, 'CaseNoteAdded', $2::jsonb, NULL, $3)";
/// Messages in a page of a category; the functions' own default.
const PAGE: i64 = 1_000;

/// Every stream in one category, as one category is what message-db can read in order.
pub struct MessageDb {
    pool: PgPool,
}

fn name(stream: usize) -> String {
    format!("case-{}", stream_id(stream))
}

impl MessageDb {
    /// Fills a database in which message-db is installed.
    pub async fn new(connect: PgConnectOptions) -> Result<Self> {
        let pool = pool(connect.options([("search_path", "message_store,public")])).await?;
        let rows: Vec<_> = history().collect();
        for rows in rows.chunks(1_000) {
            sqlx::query(
                "SELECT write_message(gen_random_uuid()::varchar, name::varchar, 'CaseNoteAdded', data, NULL, expected) \
                 FROM unnest($1::text[], $2::jsonb[], $3::bigint[]) AS row (name, data, expected)",
            )
            .bind(rows.iter().map(|(stream, _)| name(*stream)).collect::<Vec<_>>())
            .bind(rows.iter().map(|(stream, number)| Json(note(stream_id(*stream), *number))).collect::<Vec<_>>())
            // Positions count from 0, and an empty stream is at -1.
            .bind(rows.iter().map(|(_, number)| number - 2).collect::<Vec<_>>())
            .execute(&pool)
            .await?;
        }
        pool.execute("VACUUM ANALYZE").await?;
        Ok(Self { pool })
    }
}

impl System for MessageDb {
    async fn tokens(&self) -> Result<Vec<i64>> {
        let positions: Vec<(String, i64)> =
            sqlx::query_as("SELECT stream_name::text, max(position) FROM messages GROUP BY stream_name")
                .fetch_all(&self.pool)
                .await?;
        let positions: HashMap<_, _> = positions.into_iter().collect();
        Ok((0..SHORT_STREAMS)
            .map(|stream| positions[&name(stream)])
            .collect())
    }

    async fn append(&self, _client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let (name, id) = (name(stream), stream_id(stream));
        let write = |expected: i64| {
            sqlx::query_scalar::<_, i64>(WRITE)
                .bind(name.clone())
                .bind(Json(note(id, expected + 2)))
                .bind(expected)
        };
        if events == 1 {
            return Ok(write(expected).fetch_one(&self.pool).await?);
        }
        // It writes one message a call: several in one commit are calls in a transaction.
        let mut transaction = self.pool.begin().await?;
        let mut reached = expected;
        for _ in 0..events {
            reached = write(reached).fetch_one(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(reached)
    }

    async fn read(&self, _client: usize, stream: usize) -> Result<usize> {
        let rows = sqlx::query("SELECT position, type, data FROM get_stream_messages($1::varchar, 0, 1000)")
            .bind(name(stream))
            .fetch_all(&self.pool)
            .await?;
        for row in &rows {
            let note: Note = serde_json::from_str(row.try_get(2)?)?;
            ensure!(note.number > 0, "a note without number");
        }
        Ok(rows.len())
    }

    async fn replay(&self) -> Result<u64> {
        let (mut next, mut count) = (1, 0);
        loop {
            let page = sqlx::query(
                "SELECT global_position, type, data FROM get_category_messages('case'::varchar, $1, $2)",
            )
            .bind(next)
            .bind(PAGE)
            .fetch_all(&self.pool)
            .await?;
            for row in &page {
                next = row.try_get::<i64, _>(0)? + 1;
                let note: Note = serde_json::from_str(row.try_get(2)?)?;
                ensure!(note.number > 0, "a note without number");
            }
            count += page.len() as u64;
            if page.len() < PAGE as usize {
                return Ok(count);
            }
        }
    }
}
