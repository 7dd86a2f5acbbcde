//! Making the keys from the log: behind it by little, and never in the way of an append, because what a name sounds like
//! is no work for the one writer that orders everything.

use crate::log::{EventRow, Parts, event_columns};
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::collections::BTreeMap;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::history::History;
use throughcare_domain::matching::{Portrait, keys};
use throughcare_domain::stream::StreamKind;
use uuid::Uuid;

/// Positions of the log gone through at once.
const BATCH: u64 = 4_096;

/// Records opened at once.
pub(super) const RECORDS: usize = 256;

/// How far the keys are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// Up to which position of the log.
    pub position: u64,
    /// Where the log stood when it was looked.
    pub head: u64,
}

impl Made {
    /// True when nothing is left to be done.
    pub fn is_all(self) -> bool {
        self.position >= self.head
    }
}

/// A record's key: its kind and what stands for it.
type Key = (&'static str, [u8; 32]);

impl Store {
    /// How far the keys are made.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn match_keys_made(&self) -> Result<Made, StoreError> {
        Ok(self.made_and_fence().await?.0)
    }

    async fn made_and_fence(&self) -> Result<(Made, i64), StoreError> {
        let row = sqlx::query(
            "/* match_keys::made */ SELECT made.position, made.fence, log_head.position AS head \
             FROM match_keys_made AS made, log_head",
        )
        .fetch_one(self.pool())
        .await?;
        let made = Made {
            position: row.try_get::<i64, _>("position")?.unsigned_abs(),
            head: row.try_get::<i64, _>("head")?.unsigned_abs(),
        };
        Ok((made, row.try_get("fence")?))
    }

    /// Goes through the next events of the log and makes the keys of every record of which they tell who the person is.
    /// Two nodes may do so at once: one of them writes. An event that cannot be read tells nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database or the key store cannot answer.
    pub async fn make_match_keys(&self) -> Result<Made, StoreError> {
        let (made, fence) = self.made_and_fence().await?;
        if made.is_all() {
            return Ok(made);
        }
        let upto = made.head.min(made.position + BATCH);
        let records = self.records_told_of(made.position, upto).await?;
        let mut found: BTreeMap<Uuid, Vec<Key>> = BTreeMap::new();
        for some in records.chunks(RECORDS) {
            found.extend(self.keys_of_records(some).await?);
        }
        let mut session = self.recording().begin().await?;
        let ours = sqlx::query(
            "/* match_keys::reach */ UPDATE match_keys_made SET position = $1 WHERE position = $2 AND fence = $3",
        )
        .bind(upto.cast_signed())
        .bind(made.position.cast_signed())
        .bind(fence)
        .execute(&mut session)
        .await?;
        // Another node was first, or somebody was erased since it was read.
        if ours.rows_affected() == 0 {
            return Ok(made);
        }
        sqlx::query("/* match_keys::replace */ DELETE FROM match_keys WHERE stream_id = ANY($1)")
            .bind(&records)
            .execute(&mut session)
            .await?;
        let (mut kinds, mut blinds, mut streams) = (Vec::new(), Vec::new(), Vec::new());
        for (stream, keys) in found {
            for (kind, blind) in keys {
                kinds.push(kind);
                blinds.push(blind.to_vec());
                streams.push(stream);
            }
        }
        sqlx::query(
            "/* match_keys::write */ INSERT INTO match_keys (kind, blind, stream_id) \
             SELECT * FROM unnest($1::text[], $2::bytea[], $3::uuid[])",
        )
        .bind(kinds)
        .bind(blinds)
        .bind(streams)
        .execute(&mut session)
        .await?;
        session.commit().await?;
        Ok(Made {
            position: upto,
            ..made
        })
    }

    /// The keys of some records.
    async fn keys_of_records(&self, records: &[Uuid]) -> Result<Vec<(Uuid, Vec<Key>)>, StoreError> {
        let of = |portrait: &Portrait| -> Vec<Key> {
            let keys = keys(portrait);
            keys.iter()
                .map(|key| (key.kind.as_str(), self.blind_key(key)))
                .collect()
        };
        let portraits = self.portraits(records).await?;
        Ok(portraits
            .iter()
            .map(|(id, portrait)| (*id, of(portrait)))
            .collect())
    }

    /// The records of which events of a range tell who the person is.
    pub(super) async fn records_told_of(&self, after: u64, upto: u64) -> Result<Vec<Uuid>, StoreError> {
        let records = sqlx::query_scalar(
            "/* match_keys::records */ SELECT DISTINCT stream_id FROM events \
             WHERE position > $1 AND position <= $2 AND stream_kind = 1 \
               AND (event_type LIKE 'identity.%' OR event_type LIKE 'correction.%') ORDER BY stream_id",
        )
        .bind(after.cast_signed())
        .bind(upto.cast_signed())
        .fetch_all(self.program())
        .await?;
        Ok(records)
    }

    /// What some records know of who the person is. The keys that open them come from the key store and not from memory:
    /// what another node destroyed a moment ago must bring nothing back.
    pub(super) async fn portraits(&self, records: &[Uuid]) -> Result<Vec<(Uuid, Portrait)>, StoreError> {
        let rows = sqlx::query(concat!(
            "/* match_keys::identities */ SELECT ",
            event_columns!(),
            " FROM events WHERE stream_id = ANY($1) \
             AND (event_type LIKE 'identity.%' OR event_type LIKE 'correction.%') ORDER BY stream_id, stream_version",
        ))
        .bind(records)
        .fetch_all(self.program())
        .await?;
        let rows = rows.iter().map(EventRow::read).collect::<Result<Vec<_>, _>>()?;
        let known = self.inner.keys.read(records).await?;
        let known = known.into_iter().map(|(id, keys)| (id, (keys, None))).collect();
        let mut told: BTreeMap<Uuid, Vec<RecordedEvent>> = BTreeMap::new();
        let mut unread = 0_u64;
        for entry in self.open_with(&known, rows, Parts::Known) {
            match entry.event {
                Ok(event) if entry.stream.kind == StreamKind::Person => {
                    told.entry(entry.stream.id).or_default().push(event);
                }
                Ok(_) => {}
                Err(_) => unread += 1,
            }
        }
        if unread > 0 {
            tracing::warn!(
                unread,
                "events could not be read; nobody is matched by what they tell"
            );
        }
        let of_record = |events: Vec<RecordedEvent>| Portrait::of(&History::new(events).now().identity);
        Ok(told
            .into_iter()
            .map(|(id, events)| (id, of_record(events)))
            .collect())
    }
}
