//! What is in the database after the cuts, compared with what clients were told.

use super::ask::EVENTS;
use super::lane::Told;
use crate::Database;
use anyhow::Result;
use sqlx::{PgConnection, Row as _};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Within this, the server must have noticed every cut: its own limits are shorter.
const SETTLED: Duration = Duration::from_secs(30);

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What must not be.
    pub wrong: Vec<String>,
    /// How many wishes were recorded more than once.
    pub doubled: usize,
}

/// Every wish recorded once, whole, and answered the same to everybody; nothing else recorded.
pub(super) async fn compare(database: &Database, told: &[Told], elsewhere: u64) -> Result<Found> {
    let mut connection = database.connect().await?;
    let streams: Vec<Uuid> = told.iter().map(|told| told.wish.stream.id).collect();
    let mut recorded: HashMap<Uuid, Vec<u64>> = HashMap::new();
    for row in sqlx::query(
        "/* cuts_events */ SELECT stream_id, position FROM events WHERE stream_id = ANY($1) ORDER BY position",
    )
    .bind(&streams)
    .fetch_all(&mut connection)
    .await?
    {
        let position = row.try_get::<i64, _>("position")?.unsigned_abs();
        recorded.entry(row.try_get("stream_id")?).or_default().push(position);
    }
    let keys: Vec<Uuid> = told.iter().map(|told| told.wish.key).collect();
    let mut stored: HashMap<(String, Uuid), (Vec<u8>, u64, u64)> = HashMap::new();
    for row in sqlx::query(
        "/* cuts_answers */ SELECT client, key, answer, first_position, last_position FROM idempotency \
         WHERE key = ANY($1)",
    )
    .bind(&keys)
    .fetch_all(&mut connection)
    .await?
    {
        let positions = (
            row.try_get::<i64, _>("first_position")?.unsigned_abs(),
            row.try_get::<i64, _>("last_position")?.unsigned_abs(),
        );
        stored.insert(
            (row.try_get("client")?, row.try_get("key")?),
            (row.try_get("answer")?, positions.0, positions.1),
        );
    }

    let (mut wrong, mut doubled) = (Vec::new(), 0);
    for told in told {
        let Told { story, wish, answers } = told;
        let positions = recorded.get(&wish.stream.id).map_or(&[][..], Vec::as_slice);
        doubled += usize::from(positions.len() > EVENTS);
        if positions.len() != EVENTS {
            wrong.push(format!("{story}: {} events instead of {EVENTS}", positions.len()));
        }
        let Some((bytes, first, last)) = stored.get(&(wish.client.to_owned(), wish.key)) else {
            wrong.push(format!("{story}: no answer is kept for its key"));
            continue;
        };
        if positions.first() != Some(first) || positions.last() != Some(last) {
            wrong.push(format!("{story}: the kept answer names other events"));
        }
        if answers
            .iter()
            .any(|answer| answer.positions != (*first, *last) || answer.bytes != *bytes)
        {
            wrong.push(format!("{story}: not every answer is the one that was recorded"));
        }
    }
    let (events, last): (i64, i64) =
        sqlx::query_as("/* cuts_whole */ SELECT count(*), coalesce(max(position), 0) FROM events")
            .fetch_one(&mut connection)
            .await?;
    if events != last {
        wrong.push(format!("{events} events, but the last position is {last}"));
    }
    let expected = (told.len() as u64 + elsewhere) * EVENTS as u64;
    if events.unsigned_abs() != expected {
        wrong.push(format!("{events} events in the log instead of {expected}"));
    }
    Ok(Found { wrong, doubled })
}

/// Waits until no session works or holds a transaction open; tells when that does not come, and when there are more
/// sessions than the nodes may have.
pub(super) async fn settled(database: &Database, most: i64) -> Result<Vec<String>> {
    let mut connection = database.connect().await?;
    let begun = Instant::now();
    loop {
        let (busy, all) = sessions(&mut connection).await?;
        if busy == 0 && all <= most {
            return Ok(Vec::new());
        }
        if begun.elapsed() > SETTLED {
            return Ok(vec![format!(
                "{all} sessions are left where {most} may be, {busy} of them in a transaction, after {} s",
                SETTLED.as_secs()
            )]);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn sessions(connection: &mut PgConnection) -> Result<(i64, i64)> {
    Ok(sqlx::query_as(
        "/* cuts_sessions */ SELECT count(*) FILTER (WHERE state <> 'idle'), count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )
    .fetch_one(connection)
    .await?)
}
