//! disintegrate-postgres 4: decisions on a query over tagged events, globally ordered.

use crate::pool;
use anyhow::{Context, Result, anyhow};
use bench_load::{SHORT_STREAMS, System, history, note, stream_id};
use disintegrate::serde::json::Json;
use disintegrate::{Event, EventStore, StreamItem, StreamQuery, query};
use disintegrate_postgres::{PgEventId, PgEventStore};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgPool};
use uuid::Uuid;

/// What its own migration does not finish on PostgreSQL 15: the function holds a hexadecimal literal, which
/// PostgreSQL 16 was the first to take. The rest of it is the same.
const FINISH: [&str; 3] = [
    "CREATE OR REPLACE FUNCTION event_store_begin_epoch() RETURNS void AS $$ \
     DECLARE id BIGINT; db_id INT; \
     BEGIN \
       SELECT last_value INTO id FROM seq_event_event_id; \
       SELECT oid INTO db_id FROM pg_database WHERE datname = current_database(); \
       PERFORM pg_try_advisory_xact_lock_shared(db_id, 0); \
       PERFORM pg_try_advisory_xact_lock_shared(1, (id & 4294967295)::bit(32)::integer); \
       PERFORM pg_try_advisory_xact_lock_shared(2, (id >> 32)::bit(32)::integer); \
     END; $$ LANGUAGE plpgsql",
    "ALTER TABLE event ADD COLUMN IF NOT EXISTS case_id UUID",
    "CREATE INDEX IF NOT EXISTS idx_event_case_id ON event (case_id) WHERE case_id IS NOT NULL",
];

/// The note as its macro wants it: the case is the tag.
#[derive(Debug, Clone, PartialEq, Eq, Event, Serialize, Deserialize)]
enum Recorded {
    CaseNoteAdded {
        #[id]
        case_id: Uuid,
        occurred_at: String,
        actor: String,
        kind: String,
        number: i64,
        note: String,
    },
}

fn recorded(stream: Uuid, number: i64) -> Recorded {
    let note = note(stream, number);
    Recorded::CaseNoteAdded {
        case_id: note.case_id,
        occurred_at: note.occurred_at,
        actor: note.actor,
        kind: note.kind,
        number: note.number,
        note: note.note,
    }
}

/// Its store.
pub struct Disintegrate {
    pool: PgPool,
    store: PgEventStore<Recorded, Json<Recorded>>,
}

impl Disintegrate {
    /// Makes its tables and fills them.
    pub async fn new(connect: PgConnectOptions) -> Result<Self> {
        let pool = pool(connect).await?;
        if PgEventStore::try_new(pool.clone(), Json::<Recorded>::default())
            .await
            .is_err()
        {
            for statement in FINISH {
                pool.execute(statement).await.context("finishing its migration")?;
            }
        }
        let store = PgEventStore::new_uninitialized(pool.clone(), Json::<Recorded>::default());
        let rows: Vec<_> = history().collect();
        for rows in rows.chunks(1_000) {
            let events = rows
                .iter()
                .map(|(stream, number)| recorded(stream_id(*stream), *number));
            store.append_without_validation(events.collect()).await?;
        }
        pool.execute("VACUUM ANALYZE").await?;
        Ok(Self { pool, store })
    }

    async fn count(&self, query: StreamQuery<PgEventId, Recorded>) -> Result<u64> {
        let (mut events, mut count) = (self.store.stream(&query), 0);
        while let Some(item) = events.next().await {
            if let StreamItem::Event(_) = item.map_err(|error| anyhow!("{error}"))? {
                count += 1;
            }
        }
        Ok(count)
    }
}

impl System for Disintegrate {
    /// Its expected version is the last event that the decision saw, of any stream: the end of the log will do.
    async fn tokens(&self) -> Result<Vec<i64>> {
        let head: i64 = sqlx::query_scalar("SELECT max(event_id) FROM event")
            .fetch_one(&self.pool)
            .await?;
        Ok(vec![head; SHORT_STREAMS])
    }

    async fn append(&self, _client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let case = stream_id(stream);
        let query: StreamQuery<PgEventId, Recorded> = query!(Recorded; case_id == case);
        let events = (0..events as i64)
            .map(|at| recorded(case, expected % 1_000 + 1 + at))
            .collect();
        let appended = self
            .store
            .append(events, query, expected)
            .await
            .map_err(|error| anyhow!("{error}"))?;
        appended
            .iter()
            .map(|event| event.id())
            .max()
            .context("nothing was appended")
    }

    async fn read(&self, _client: usize, stream: usize) -> Result<usize> {
        let case = stream_id(stream);
        Ok(self.count(query!(Recorded; case_id == case)).await? as usize)
    }

    async fn replay(&self) -> Result<u64> {
        self.count(query!(Recorded)).await
    }
}
