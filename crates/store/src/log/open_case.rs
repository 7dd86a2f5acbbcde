//! Everything that a command about one person rests on, in one statement and so in one snapshot.

use super::find::StoredAnswer;
use super::query::{Parts, event_columns};
use crate::{Reach, Store, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// A stream's version as it stands, and its events.
fn is_whole(events: &[RecordedEvent], after: u32, version: u32) -> bool {
    let first = events
        .first()
        .map_or(version + 1, |event| event.envelope.stream_version);
    version >= after && first == after + 1
}

/// Whose case is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseOf {
    /// Nobody's yet: the record is about to be made.
    Nobody,
    /// That of this stream.
    Stream(StreamId),
    /// That to which a referral, episode, intervention, kit, plan, release or event belongs.
    Entity(Uuid),
}

impl CaseOf {
    /// The stream's id, and the entity's.
    fn ids(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Nobody => (None, None),
            Self::Stream(stream) => (Some(stream.id), None),
            Self::Entity(entity) => (None, Some(entity)),
        }
    }
}

/// A person's events, and what else a decision about them needs to know.
#[derive(Clone, Debug)]
pub struct OpenedCase {
    /// The events of the stream after the version asked for, in order, opened without notes ([`Parts::Known`]): no
    /// decision rests on one. Empty when there is no such stream or entity.
    pub events: Vec<RecordedEvent>,
    /// Whether these follow the version asked for without a gap. Where they do not, the log is another than the one
    /// from which the earlier events were read.
    pub follows: bool,
    /// What the client was answered for the key, when a key was given and is known.
    pub answered: Option<StoredAnswer>,
    /// Position of the last event of any organisation: the directory of services is as new as that. 0 without one.
    pub organisations: u64,
    /// Position of the last event of the log.
    pub head: u64,
}

impl Store {
    /// Opens a case, but for the events up to version `after`, which the caller has read before; 0 for all of them.
    /// `key` is the client and its idempotency key.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or an event cannot be read.
    pub async fn open_case(
        &self,
        of: CaseOf,
        after: u32,
        key: Option<(&str, Uuid)>,
    ) -> Result<OpenedCase, StoreError> {
        let (stream, entity) = of.ids();
        // One row at least, also without events. The kind is written out: a parameter would keep the planner from
        // the index of organisations' events, and each request would read the log backwards.
        let rows = sqlx::query(concat!(
            "/* open_case */ SELECT ",
            event_columns!("'identity.%'"),
            ", (SELECT position FROM log_head) AS head, \
             (SELECT max(position) FROM events WHERE stream_kind = 3) AS organisations, \
             fingerprint, answer, first_position, last_position, \
             (SELECT version FROM streams WHERE streams.stream_id = $1) AS version \
             FROM (VALUES (true)) AS one \
             LEFT JOIN (SELECT fingerprint, answer, first_position, last_position FROM idempotency \
                        WHERE client = $3 AND key = $4) AS known ON true \
             LEFT JOIN events \
             ON stream_id = coalesce($1, (SELECT stream_id FROM entities WHERE entity_id = $2)) \
             AND stream_version > $5",
        ))
        .bind(stream)
        .bind(entity)
        .bind(key.map(|(client, _)| client))
        .bind(key.map(|(_, key)| key))
        .bind(after.cast_signed())
        .fetch_all(self.program())
        .await?;
        let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let answered = first.try_get::<Option<&[u8]>, _>("fingerprint")?.is_some();
        let events = match first.try_get::<Option<i64>, _>("position")? {
            Some(_) => in_order(self.open_all(&rows, Parts::Known).await?),
            None => Vec::new(),
        };
        Ok(OpenedCase {
            follows: after == 0 || is_whole(&events, after, version(first)?),
            answered: answered.then(|| StoredAnswer::read(first)).transpose()?,
            organisations: position(first, "organisations")?,
            head: position(first, "head")?,
            events,
        })
    }
}

/// A person's events, to be shown.
#[derive(Clone, Debug)]
pub struct ReadCase {
    /// The events of the stream after the version asked for, in order. Empty when there is no such stream or entity.
    pub events: Vec<RecordedEvent>,
    /// As [`OpenedCase::follows`].
    pub follows: bool,
    /// Position of the last event of the log when they were read; 0 when there is no such stream.
    pub head: u64,
}

impl Store {
    /// Reads a case to show something of it, but for the events up to version `after`: less than
    /// [`Store::open_case`], and so cheaper.
    ///
    /// # Errors
    /// As [`Store::open_case`].
    pub async fn read_case(
        &self,
        reach: &Reach,
        of: CaseOf,
        after: u32,
        parts: Parts,
    ) -> Result<ReadCase, StoreError> {
        if after > 0 {
            return self.read_on(reach, of, after, parts).await;
        }
        let (stream, entity) = of.ids();
        let rows = sqlx::query(concat!(
            "/* read_case */ SELECT ",
            event_columns!("$3"),
            ", (SELECT position FROM log_head) AS head FROM events \
             WHERE stream_id = coalesce($1, (SELECT stream_id FROM entities WHERE entity_id = $2))",
        ))
        .bind(stream)
        .bind(entity)
        .bind(parts.identity_types())
        .fetch_all(self.within(reach))
        .await?;
        Ok(ReadCase {
            head: rows.first().map_or(Ok(0), |first| position(first, "head"))?,
            events: in_order(self.open_all(&rows, parts).await?),
            follows: true,
        })
    }

    /// What came after a version: mostly nothing, so one row says how things stand.
    async fn read_on(
        &self,
        reach: &Reach,
        of: CaseOf,
        after: u32,
        parts: Parts,
    ) -> Result<ReadCase, StoreError> {
        let (stream, entity) = of.ids();
        let rows = sqlx::query(concat!(
            "/* read_on */ SELECT ",
            event_columns!("$3"),
            ", (SELECT position FROM log_head) AS head, \
             (SELECT version FROM streams WHERE streams.stream_id = whose.id) AS version \
             FROM (SELECT coalesce($1, (SELECT stream_id FROM entities WHERE entity_id = $2)) AS id) AS whose \
             LEFT JOIN events ON stream_id = whose.id AND stream_version > $4",
        ))
        .bind(stream)
        .bind(entity)
        .bind(parts.identity_types())
        .bind(after.cast_signed())
        .fetch_all(self.within(reach))
        .await?;
        let Some(first) = rows.first() else {
            return Ok(ReadCase {
                events: Vec::new(),
                follows: false,
                head: 0,
            });
        };
        let events = match first.try_get::<Option<i64>, _>("position")? {
            Some(_) => in_order(self.open_all(&rows, parts).await?),
            None => Vec::new(),
        };
        Ok(ReadCase {
            head: position(first, "head")?,
            follows: is_whole(&events, after, version(first)?),
            events,
        })
    }
}

/// The version that the stream has reached; 0 when there is none.
fn version(row: &PgRow) -> Result<u32, sqlx::Error> {
    Ok(row
        .try_get::<Option<i32>, _>("version")?
        .unwrap_or(0)
        .unsigned_abs())
}

/// The index gives them in order, partition by partition. Asked for the order PostgreSQL would sort all the same,
/// because it does not know that; here it costs a look at each.
fn in_order(mut events: Vec<RecordedEvent>) -> Vec<RecordedEvent> {
    events.sort_by_key(|event| event.envelope.stream_version);
    events
}

fn position(row: &PgRow, column: &str) -> Result<u64, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.unwrap_or(0).unsigned_abs())
}
