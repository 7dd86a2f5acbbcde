//! Putting events back as they were: positions, versions, times and sealed bytes. Only at the end of a log that has
//! nothing else, so that an import that was stopped goes on, and nothing is ever put over anything.

use super::SealedEvent;
use crate::connect::{Reach, Session};
use crate::{Store, StoreError};
use sqlx::Connection as _;
use std::collections::BTreeMap;
use throughcare_proof::record::When;

/// Most events in one import.
const MOST: usize = 8_192;

impl Store {
    /// A transaction of the owner that sees everybody's rows.
    pub(super) async fn owning_everybody(&self) -> Result<Session<'static>, StoreError> {
        let mut session = self.owning().begin().await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(Reach::EVERYBODY.said()))
            .execute(session.connection())
            .await?;
        Ok(session)
    }

    /// Puts events at the end of the log, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when they do not begin right after the last one or go on without gaps; [`StoreError`]
    /// when the database refuses them. Then none of them is there.
    pub async fn import_events(&self, events: &[SealedEvent]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Ok(());
        };
        let in_order = (first.position..)
            .zip(events)
            .all(|(position, event)| event.position == position);
        if events.len() > MOST || !in_order {
            return Err(StoreError::Invalid("an import goes on without gaps"));
        }
        let mut streams: BTreeMap<_, (i16, u32)> = BTreeMap::new();
        for event in events {
            let record = &event.record;
            streams.insert(record.stream, (kind(&record.stream_kind)?, record.version));
        }
        let rows = events.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let access = &self.inner.loading;
        let connected = access.connect().await;
        let mut connection = connected.map_err(|error| StoreError::Unavailable(Some(error)))?;
        let mut session = access.begin_within(&mut connection, &Reach::EVERYBODY).await?;
        let head: i64 = sqlx::query_scalar("/* import::head */ SELECT position FROM log_head FOR UPDATE")
            .fetch_one(&mut session)
            .await?;
        if head.unsigned_abs() + 1 != first.position {
            return Err(StoreError::Invalid(
                "an import goes on after the last event of the log",
            ));
        }
        sqlx::query(
            "/* import::events */ INSERT INTO events \
             SELECT * FROM jsonb_populate_recordset(NULL::events, $1::jsonb)",
        )
        .bind(format!("[{}]", rows.join(",")))
        .execute(&mut session)
        .await?;
        sqlx::query(
            "/* import::streams */ INSERT INTO streams (stream_id, stream_kind, version) \
             SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::integer[]) \
             ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version",
        )
        .bind(streams.keys().copied().collect::<Vec<_>>())
        .bind(streams.values().map(|(kind, _)| *kind).collect::<Vec<_>>())
        .bind(
            streams
                .values()
                .map(|(_, version)| version.cast_signed())
                .collect::<Vec<_>>(),
        )
        .execute(&mut session)
        .await?;
        sqlx::query(
            "/* import::move_head */ UPDATE log_head SET position = $1, recorded_at = $2::timestamptz",
        )
        .bind(last.position.cast_signed())
        .bind(jiff_sqlx::ToSqlx::to_sqlx(last.record.recorded))
        .execute(&mut session)
        .await?;
        session.commit().await?;
        let _ = connection.close().await; // nothing is open on it
        Ok(())
    }
}

fn kind(name: &str) -> Result<i16, StoreError> {
    match name {
        "person" => Ok(1),
        "service" => Ok(2),
        "organisation" => Ok(3),
        _ => Err(StoreError::Invalid("a stream is of a kind that is not known")),
    }
}

/// The row, as JSON that PostgreSQL reads into the table's own columns.
fn row(event: &SealedEvent) -> Result<String, StoreError> {
    let record = &event.record;
    let bytes = |bytes: &[u8]| {
        use std::fmt::Write as _;
        bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    let (at, on) = match record.occurred {
        // The day of an instant is that of London, as everywhere.
        When::At(at) => (
            Some(format!("{at:.6}")),
            throughcare_domain::when::london_date(at).to_string(),
        ),
        When::On(day) => (None, day.to_string()),
    };
    let row = serde_json::json!({
        "position": event.position,
        "event_id": record.event,
        "correlation": record.correlation,
        "causation": record.causation,
        "stream_id": record.stream,
        "recorded_at": format!("{:.6}", record.recorded),
        "received_at": format!("{:.6}", record.received),
        "occurred_at": at,
        "occurred_on": on,
        "stream_version": record.version,
        "stream_kind": kind(&record.stream_kind)?,
        "schema_version": record.schema,
        "key_version": record.key_version,
        "origin": if record.origin == "staff" { 1 } else { 2 },
        "event_type": record.event_type,
        "client": record.client,
        "user_name": record.user,
        "organisation": record.organisation,
        "role": record.role,
        "on_behalf_of": record.on_behalf_of,
        "purpose": record.purpose,
        "source_system": record.source.as_ref().map(|(system, _)| system),
        "source_reference": record.source.as_ref().map(|(_, reference)| reference),
        "case_sealed": bytes(&event.case),
        "identity_sealed": event.identity.as_deref().map(bytes),
        "payload_hash": bytes(&record.payload.0),
    });
    Ok(row.to_string())
}
