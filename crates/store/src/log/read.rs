//! Reading the log: streams, pages, the head.

use super::query::{LogEntry, LogQuery, MAX_PAGE, Parts, select_events};
use super::row::{EventRow, kind_number, to_micros};
use crate::{Reach, Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::{HashMap, HashSet};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// The end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the last event; 0 while there is none.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

impl Store {
    /// The end of the log.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn head(&self) -> Result<Head, StoreError> {
        let row = sqlx::query("/* head */ SELECT position, recorded_at FROM log_head")
            .fetch_one(self.pool())
            .await?;
        Ok(Head {
            position: row.try_get::<i64, _>("position")?.unsigned_abs(),
            recorded_at: row.try_get::<SqlTimestamp, _>("recorded_at")?.to_jiff(),
        })
    }

    /// When the event at a position was recorded; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn recorded_at(&self, position: u64) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<SqlTimestamp> =
            sqlx::query_scalar("/* recorded_at */ SELECT recorded_at FROM events WHERE position = $1")
                .bind(signed(position))
                .fetch_optional(self.program())
                .await?;
        Ok(at.map(SqlTimestamp::to_jiff))
    }

    /// The version a stream has reached; 0 when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn stream_version(&self, stream: StreamId) -> Result<u32, StoreError> {
        let version = sqlx::query_scalar::<_, i32>(
            "/* stream_version */ SELECT version FROM streams WHERE stream_id = $1",
        )
        .bind(stream.id)
        .fetch_optional(self.program())
        .await?;
        Ok(version.unwrap_or(0).unsigned_abs())
    }

    /// Every event of a stream, in order, up to and with a position; both parts opened. Empty when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or an event cannot be read.
    pub async fn read_stream(
        &self,
        reach: &Reach,
        stream: StreamId,
        upto: Option<u64>,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows = sqlx::query(select_events!(
            "read_stream",
            "WHERE stream_id = $1 AND position <= $2 ORDER BY stream_version"
        ))
        .bind(stream.id)
        .bind(upto.map_or(i64::MAX, signed))
        .fetch_all(self.within(reach))
        .await?;
        self.open_all(&rows, Parts::Both).await
    }

    /// [`Store::read_stream`] of many streams at once. Each stream asked for is in the answer.
    ///
    /// # Errors
    /// As [`Store::read_stream`].
    pub async fn read_streams(
        &self,
        reach: &Reach,
        streams: &[StreamId],
        upto: Option<u64>,
    ) -> Result<HashMap<StreamId, Vec<RecordedEvent>>, StoreError> {
        let rows = sqlx::query(select_events!(
            "read_streams",
            "WHERE stream_id = ANY($1) AND position <= $2 ORDER BY stream_id, stream_version"
        ))
        .bind(streams.iter().map(|stream| stream.id).collect::<Vec<Uuid>>())
        .bind(upto.map_or(i64::MAX, signed))
        .fetch_all(self.within(reach))
        .await?;
        let mut read: HashMap<_, Vec<_>> = streams.iter().map(|stream| (*stream, Vec::new())).collect();
        for event in self.open_all(&rows, Parts::Both).await? {
            read.entry(event.envelope.stream).or_default().push(event);
        }
        Ok(read)
    }

    /// Of many streams, the events that tell who the person is, each stream's in order; names, identifiers and
    /// addresses opened. Streams without any are left out.
    ///
    /// # Errors
    /// As [`Store::read_stream`].
    pub async fn read_identities(
        &self,
        reach: &Reach,
        streams: &[StreamId],
    ) -> Result<HashMap<StreamId, Vec<RecordedEvent>>, StoreError> {
        let rows = sqlx::query(select_events!(
            "read_identities",
            "WHERE stream_id = ANY($1) AND (event_type LIKE 'identity.%' OR event_type LIKE 'correction.%')"
        ))
        .bind(streams.iter().map(|stream| stream.id).collect::<Vec<Uuid>>())
        .fetch_all(self.within(reach))
        .await?;
        let mut read: HashMap<_, Vec<RecordedEvent>> = HashMap::with_capacity(streams.len());
        for event in self.open_all(&rows, Parts::Known).await? {
            read.entry(event.envelope.stream).or_default().push(event);
        }
        for events in read.values_mut() {
            events.sort_by_key(|event| event.envelope.stream_version);
        }
        Ok(read)
    }

    /// A page of the log, in order of position. Whoever reads all of it goes on after the last position read; no
    /// event will ever appear before it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or an event of the page cannot be read.
    pub async fn read_log(&self, reach: &Reach, query: &LogQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_entries(reach, query)
            .await?
            .into_iter()
            .map(|entry| entry.event)
            .collect()
    }

    /// [`Store::read_log`], telling for each event whether it can be read.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn read_entries(&self, reach: &Reach, query: &LogQuery) -> Result<Vec<LogEntry>, StoreError> {
        let rows = sqlx::query(select_events!(
            "read_log",
            "WHERE position > $1 AND position <= $2 AND ($3::text[] IS NULL OR event_type = ANY($3)) \
             AND ($4::smallint IS NULL OR stream_kind = $4) ORDER BY position LIMIT $5"
        ))
        .bind(signed(query.after))
        .bind(query.upto.map_or(i64::MAX, signed))
        .bind((!query.types.is_empty()).then_some(query.types.as_slice()))
        .bind(query.kind.map(kind_number))
        .bind(i64::from(query.limit.min(MAX_PAGE)))
        .fetch_all(self.within(reach))
        .await?;
        self.open_each(&rows, query.parts).await
    }

    /// The positions of the events in a part of the log that a reach goes to; the part is at most [`MAX_PAGE`] long.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn positions_within(
        &self,
        reach: &Reach,
        after: u64,
        upto: u64,
    ) -> Result<HashSet<u64>, StoreError> {
        let positions: Vec<i64> = sqlx::query_scalar(
            "/* positions_within */ SELECT position FROM events WHERE position > $1 AND position <= $2 LIMIT $3",
        )
        .bind(signed(after))
        .bind(signed(upto))
        .bind(i64::from(MAX_PAGE))
        .fetch_all(self.within(reach))
        .await?;
        Ok(positions.into_iter().map(i64::unsigned_abs).collect())
    }

    /// Events of organisations after a position, up to and with another, in order; for each whether it can be read.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn organisation_entries(&self, after: u64, upto: u64) -> Result<Vec<LogEntry>, StoreError> {
        let rows = sqlx::query(select_events!(
            "organisation_entries",
            "WHERE stream_kind = 3 AND position > $1 AND position <= $2 ORDER BY position"
        ))
        .bind(signed(after))
        .bind(signed(upto))
        .fetch_all(self.program())
        .await?;
        self.open_each(&rows, Parts::Case).await
    }

    /// Position of the last event recorded at or before an instant; 0 when there is none. Recorded times never
    /// decrease, so it is found by halving, with one row read a step.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn position_at(&self, recorded: Timestamp) -> Result<u64, StoreError> {
        // The middle is computed apart: row-level security lets nothing that may fail, as a division may, be compared
        // with a row before it has judged the row, and an index would not be used.
        let position = sqlx::query_scalar::<_, i64>(
            "/* position_at */ WITH RECURSIVE search (low, high) AS ( \
                 SELECT 0::bigint, position FROM log_head \
                 UNION ALL \
                 SELECT CASE WHEN event.recorded_at <= $1 THEN event.position ELSE low END, \
                        CASE WHEN event.recorded_at <= $1 THEN high ELSE event.position - 1 END \
                 FROM (SELECT low, high, (low + high + 1) / 2 AS middle FROM search OFFSET 0) AS step, LATERAL ( \
                     SELECT position, recorded_at FROM events WHERE position = middle \
                 ) AS event \
                 WHERE low < high \
             ) SELECT low FROM search WHERE low = high",
        )
        .bind(to_micros(recorded).to_sqlx())
        .fetch_one(self.program())
        .await?;
        Ok(position.unsigned_abs())
    }

    pub(super) async fn open_all(
        &self,
        rows: &[PgRow],
        parts: Parts,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.open_each(rows, parts)
            .await?
            .into_iter()
            .map(|entry| entry.event)
            .collect()
    }

    async fn open_each(&self, rows: &[PgRow], parts: Parts) -> Result<Vec<LogEntry>, StoreError> {
        let rows = rows.iter().map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
        self.open_rows(rows, parts).await
    }
}
