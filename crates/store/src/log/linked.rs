//! Records that were ever joined, read together.

use super::query::{Parts, event_columns};
use crate::{Reach, Store, StoreError};
use sqlx::Row as _;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::stream::StreamId;

/// The events of all records that were ever joined with one, directly or through others. Which of them are one
/// person's, the events say.
#[derive(Clone, Debug)]
pub struct LinkedRecords {
    /// In order of position.
    pub events: Vec<RecordedEvent>,
    /// Position of the last event of the log when they were read.
    pub head: u64,
}

impl Store {
    /// Reads a record and all that were ever joined with it, in one snapshot.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or an event cannot be read.
    pub async fn read_linked(
        &self,
        reach: &Reach,
        stream: StreamId,
        parts: Parts,
    ) -> Result<LinkedRecords, StoreError> {
        let rows = sqlx::query(concat!(
            "/* read_linked */ WITH RECURSIVE linked (id) AS (SELECT $1::uuid UNION \
             SELECT joined.other FROM linked CROSS JOIN LATERAL \
             (SELECT other FROM record_links WHERE stream_id = linked.id OFFSET 0) AS joined) SELECT ",
            event_columns!("$2"),
            ", (SELECT position FROM log_head) AS head FROM events WHERE stream_id = ANY(ARRAY(SELECT id FROM linked))",
        ))
        .bind(stream.id)
        .bind(parts.identity_types())
        .fetch_all(self.within(reach))
        .await?;
        let head = match rows.first() {
            Some(first) => first.try_get::<i64, _>("head")?.unsigned_abs(),
            None => 0,
        };
        let mut events = self.open_all(&rows, parts).await?;
        events.sort_by_key(|event| event.envelope.position);
        Ok(LinkedRecords { events, head })
    }
}
