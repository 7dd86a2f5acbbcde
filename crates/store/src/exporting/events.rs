//! Events as they stand: the record of each and its sealed bytes, and which of them a question is about.

use crate::connect::Reach;
use crate::keyring::needed_by;
use crate::log::{EventRow, KnownKeys, Parts, select_events};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use throughcare_domain::event::Body;
use throughcare_proof::record::EventRecord;
use uuid::Uuid;

static EVERYBODY: Reach = Reach::EVERYBODY;

/// An event as it is stored.
#[derive(Clone, Debug)]
pub struct SealedEvent {
    /// Its position.
    pub position: u64,
    /// The record that is hashed into the tree. The hash in it is that of the column: whether the bytes fit it, whoever
    /// verifies finds out.
    pub record: EventRecord,
    /// The sealed coded facts.
    pub case: Vec<u8>,
    /// The sealed identity.
    pub identity: Option<Vec<u8>>,
    /// The coded facts, where they were asked for and the key is there.
    pub facts: Option<serde_json::Value>,
}

impl Store {
    /// Events after a position and up to another one, in order; with the coded facts, or sealed alone.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer, or when a row cannot be read.
    pub async fn sealed_events(
        &self,
        after: u64,
        upto: u64,
        facts: bool,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        let rows = sqlx::query(select_events!(
            "sealed_events",
            "WHERE position > $1 AND position <= $2 ORDER BY position"
        ))
        .bind(after.cast_signed())
        .bind(upto.cast_signed())
        .fetch_all(self.within(&EVERYBODY))
        .await?;
        let rows: Vec<EventRow> = rows.iter().map(EventRow::read).collect::<Result<_, _>>()?;
        self.with_facts(rows, facts).await
    }

    /// The events at some positions, in order.
    ///
    /// # Errors
    /// As [`Store::sealed_events`].
    pub async fn sealed_events_at(
        &self,
        positions: &[u64],
        facts: bool,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        let rows = sqlx::query(select_events!(
            "sealed_events_at",
            "WHERE position = ANY($1) ORDER BY position"
        ))
        .bind(positions.iter().map(|it| it.cast_signed()).collect::<Vec<_>>())
        .fetch_all(self.within(&EVERYBODY))
        .await?;
        let rows: Vec<EventRow> = rows.iter().map(EventRow::read).collect::<Result<_, _>>()?;
        self.with_facts(rows, facts).await
    }

    async fn with_facts(&self, rows: Vec<EventRow>, facts: bool) -> Result<Vec<SealedEvent>, StoreError> {
        let keys = if facts {
            self.keys_for(&needed_by(rows.iter())).await?
        } else {
            KnownKeys::new()
        };
        let store = self.clone();
        let worked = tokio::task::spawn_blocking(move || {
            let opened = if facts {
                // Opening overwrites what was sealed.
                store.open_with(&keys, rows.clone(), Parts::Case)
            } else {
                Vec::new()
            };
            let mut sealed: Vec<SealedEvent> = rows.into_iter().map(sealed).collect();
            for (sealed, opened) in sealed.iter_mut().zip(opened) {
                if let Body::Fact(fact) = opened.event?.body {
                    let position = sealed.position;
                    let bytes = store.inner.codec.encode(&fact);
                    let bytes = bytes.map_err(|source| StoreError::Codec { position, source })?;
                    sealed.facts = serde_json::from_slice(&bytes).ok();
                }
            }
            Ok(sealed)
        });
        worked.await.unwrap_or(Err(StoreError::Unavailable(None)))
    }

    /// The positions of a stream's events, up to a position.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn positions_of_stream(&self, stream: Uuid, upto: u64) -> Result<Vec<u64>, StoreError> {
        let positions: Vec<i64> = sqlx::query_scalar(
            "/* positions_of_stream */ SELECT position FROM events WHERE stream_id = $1 AND position <= $2 \
             ORDER BY stream_version",
        )
        .bind(stream)
        .bind(upto.cast_signed())
        .fetch_all(self.within(&EVERYBODY))
        .await?;
        Ok(positions.into_iter().map(i64::unsigned_abs).collect())
    }

    /// The positions of what an organisation recorded, after a position and up to another. Reads that much of the log.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn positions_of_organisation(
        &self,
        organisation: &str,
        after: u64,
        upto: u64,
    ) -> Result<Vec<u64>, StoreError> {
        let positions: Vec<i64> = sqlx::query_scalar(
            "/* positions_of_organisation */ SELECT position FROM events \
             WHERE position > $2 AND position <= $3 AND organisation = $1 ORDER BY position",
        )
        .bind(organisation)
        .bind(after.cast_signed())
        .bind(upto.cast_signed())
        .fetch_all(self.within(&EVERYBODY))
        .await?;
        Ok(positions.into_iter().map(i64::unsigned_abs).collect())
    }

    /// How many of the first `upto` events were recorded before a time. Recorded times never go back, so halving finds
    /// it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn recorded_before(&self, at: Timestamp, upto: u64) -> Result<u64, StoreError> {
        let (mut low, mut high) = (0, upto);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let earlier: Option<bool> = sqlx::query_scalar(
                "/* recorded_before */ SELECT recorded_at < $2 FROM events WHERE position = $1",
            )
            .bind(middle.cast_signed())
            .bind(at.to_sqlx())
            .fetch_optional(self.within(&EVERYBODY))
            .await?;
            if earlier.unwrap_or(false) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(low)
    }
}

fn sealed(row: EventRow) -> SealedEvent {
    SealedEvent {
        position: row.envelope.position,
        record: row.record(row.payload_hash),
        case: row.case_sealed,
        identity: row.identity_sealed,
        facts: None,
    }
}
