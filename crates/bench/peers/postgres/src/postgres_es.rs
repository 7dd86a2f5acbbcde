//! postgres-es 0.5 with cqrs-es 0.5: an event table for each aggregate, without a global order.

use crate::pool;
use ::postgres_es::PostgresEventRepository;
use anyhow::{Result, anyhow};
use bench_load::{Note, SHORT_STREAMS, System, history, note, stream_id};
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{EventStoreAggregateContext, PersistedEventRepository, PersistedEventStore};
use cqrs_es::{Aggregate, DomainEvent, EventStore};
use serde::{Deserialize, Serialize};
use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgPool};
use std::collections::HashMap;

/// As its documentation gives it.
const TABLE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, \
                     sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, \
                     event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL, \
                     PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

#[derive(Debug, Default, Serialize, Deserialize)]
struct Case {
    notes: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Recorded(Note);

impl DomainEvent for Recorded {
    fn event_type(&self) -> String {
        "CaseNoteAdded".into()
    }

    fn event_version(&self) -> String {
        "1".into()
    }
}

impl Aggregate for Case {
    const TYPE: &'static str = "case";
    type Command = ();
    type Event = Recorded;
    type Error = std::io::Error;
    type Services = ();

    async fn handle(&mut self, _: (), _: &(), _: &EventSink<Self>) -> Result<(), Self::Error> {
        Ok(())
    }

    fn apply(&mut self, _: Recorded) {
        self.notes += 1;
    }
}

/// Its store.
pub struct PostgresEs {
    pool: PgPool,
    store: PersistedEventStore<PostgresEventRepository, Case>,
}

impl PostgresEs {
    /// Makes its table and fills it.
    pub async fn new(connect: PgConnectOptions) -> Result<Self> {
        let pool = pool(connect).await?;
        pool.execute(TABLE).await?;
        let rows: Vec<_> = history().collect();
        for rows in rows.chunks(2_000) {
            let notes: Result<Vec<_>, _> = rows
                .iter()
                .map(|(stream, number)| serde_json::to_string(&note(stream_id(*stream), *number)))
                .collect();
            sqlx::query(
                "INSERT INTO events SELECT 'case', id, number, 'CaseNoteAdded', '1', data::json, '{}' \
                 FROM unnest($1::text[], $2::bigint[], $3::text[]) AS row (id, number, data)",
            )
            .bind(
                rows.iter()
                    .map(|(stream, _)| stream_id(*stream).to_string())
                    .collect::<Vec<_>>(),
            )
            .bind(rows.iter().map(|(_, number)| *number).collect::<Vec<_>>())
            .bind(notes?)
            .execute(&pool)
            .await?;
        }
        pool.execute("VACUUM ANALYZE").await?;
        let store = PersistedEventStore::new_event_store(PostgresEventRepository::new(pool.clone()));
        Ok(Self { pool, store })
    }
}

impl System for PostgresEs {
    async fn tokens(&self) -> Result<Vec<i64>> {
        let versions: Vec<(String, i64)> =
            sqlx::query_as("SELECT aggregate_id, max(sequence) FROM events GROUP BY aggregate_id")
                .fetch_all(&self.pool)
                .await?;
        let versions: HashMap<_, _> = versions.into_iter().collect();
        Ok((0..SHORT_STREAMS)
            .map(|stream| versions[&stream_id(stream).to_string()])
            .collect())
    }

    async fn append(&self, _client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let case = stream_id(stream);
        // The state that a decision would have rested on, without the reading that made it.
        let context = EventStoreAggregateContext::<Case> {
            aggregate_id: case.to_string(),
            aggregate: Case::default(),
            current_sequence: usize::try_from(expected)?,
            current_snapshot: None,
        };
        let reached = expected + events as i64;
        let events = (expected + 1..=reached)
            .map(|number| Recorded(note(case, number)))
            .collect();
        self.store
            .commit(events, context, HashMap::new())
            .await
            .map_err(|error| anyhow!("{error}"))?;
        Ok(reached)
    }

    async fn read(&self, _client: usize, stream: usize) -> Result<usize> {
        let case = stream_id(stream).to_string();
        let context = self
            .store
            .load_aggregate(&case)
            .await
            .map_err(|error| anyhow!("{error}"))?;
        Ok(context.aggregate.notes)
    }

    /// All it offers is every event sorted by its number in the stream: no order across streams.
    async fn replay(&self) -> Result<u64> {
        let repository = PostgresEventRepository::new(self.pool.clone());
        let mut events = repository
            .stream_all_events::<Case>()
            .await
            .map_err(|error| anyhow!("{error}"))?;
        let mut count = 0;
        while let Some(event) = events.next::<Case>(&[]).await {
            event.map_err(|error| anyhow!("{error}"))?;
            count += 1;
        }
        Ok(count)
    }
}
