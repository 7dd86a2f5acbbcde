//! The log that most people build: an identity column, and readers who ask for `position > last`. The position is
//! drawn before the commit, so a reader passes over what commits late. The checks must see it.

use super::tail::{Acknowledged, Faults, Seen, Tail};
use super::traffic::WRITERS;
use crate::Database;
use crate::rng::{RngExt as _, dice};
use anyhow::Result;
use sqlx::Row as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Runs writers and a reader on such a log: how many events were acknowledged, and what the reader found.
pub(super) async fn run(database: &Database, seed: u64, appends_each: u64) -> Result<(u64, Faults)> {
    let mut connection = database.connect().await?;
    sqlx::raw_sql(
        "CREATE TABLE naive_log (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, \
         stream uuid NOT NULL, version integer NOT NULL)",
    )
    .execute(&mut connection)
    .await?;
    let over = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(follow(database.clone(), over.clone()));
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        writers.spawn(write(database.clone(), seed, number, appends_each));
    }
    let mut acknowledged = Vec::new();
    while let Some(written) = writers.join_next().await {
        acknowledged.extend(written??);
    }
    over.store(true, Ordering::SeqCst);
    let tail = reader.await??;
    Ok((acknowledged.len() as u64, tail.judge(&acknowledged, &[])))
}

/// Each writer has a stream of its own. One commit in three is held for a moment, one in ten is rolled back.
async fn write(database: Database, seed: u64, number: u64, appends: u64) -> Result<Vec<Acknowledged>> {
    let mut dice = dice(seed, number);
    let mut connection = database.connect().await?;
    let stream = Uuid::from_u128(u128::from(number));
    let mut acknowledged = Vec::new();
    let mut version = 0;
    for one in 0..appends {
        let id = Uuid::from_u128(u128::from(number) << 64 | u128::from(one) | 1 << 100);
        sqlx::raw_sql("BEGIN").execute(&mut connection).await?;
        let position: i64 = sqlx::query_scalar(
            "/* naive_append */ INSERT INTO naive_log (id, stream, version) VALUES ($1, $2, $3) RETURNING position",
        )
        .bind(id)
        .bind(stream)
        .bind(version + 1)
        .fetch_one(&mut connection)
        .await?;
        if dice.random_range(0..3) == 0 {
            tokio::time::sleep(Duration::from_millis(dice.random_range(1..15))).await;
        }
        if dice.random_range(0..10) == 0 {
            sqlx::raw_sql("ROLLBACK").execute(&mut connection).await?;
            continue;
        }
        sqlx::raw_sql("COMMIT").execute(&mut connection).await?;
        version += 1;
        acknowledged.push(Acknowledged {
            tries: vec![vec![id]],
            first: position.unsigned_abs(),
            last: position.unsigned_abs(),
        });
    }
    Ok(acknowledged)
}

async fn follow(database: Database, over: Arc<AtomicBool>) -> Result<Tail> {
    let mut connection = database.connect().await?;
    let mut tail = Tail::default();
    loop {
        let last_look = over.load(Ordering::SeqCst);
        let rows = sqlx::query(
            "/* naive_read */ SELECT position, id, stream, version FROM naive_log WHERE position > $1 \
             ORDER BY position LIMIT 1000",
        )
        .bind(i64::try_from(tail.last())?)
        .fetch_all(&mut connection)
        .await?;
        for row in &rows {
            tail.take(Seen {
                position: row.try_get::<i64, _>("position")?.unsigned_abs(),
                id: row.try_get("id")?,
                stream: row.try_get("stream")?,
                version: row.try_get::<i32, _>("version")?.unsigned_abs(),
                recorded_at: 0,
            });
        }
        match rows.is_empty() {
            true if last_look => break Ok(tail),
            true => tokio::time::sleep(Duration::from_millis(1)).await,
            false => {}
        }
    }
}
