//! Loading one range: its events are read together, opened and computed where blocking is allowed, and its rows
//! written with COPY, in one transaction with the mark that it is done.

use super::{begin, must_hold};
use crate::log::select_events;
use crate::projection::batch::{gather, read_events, read_keys};
use crate::projection::compute::{Poison, RowsOf};
use crate::projection::opened::SealedHistory;
use crate::projection::rows::{self, Whole};
use crate::projection::tables::{Projection, Side};
use crate::projection::{Lease, Range, park};
use crate::{Store, StoreError};
use throughcare_domain::id::PersonId;

/// The events of a range. Still sealed.
pub struct RangeBatch {
    projection: Projection,
    range: Range,
    target: u64,
    people: Vec<SealedHistory>,
}

/// The rows of a range, ready to be written.
pub struct ComputedRange {
    projection: Projection,
    range: Range,
    /// How many events it has.
    pub events: u64,
    rows: Whole,
    parked: Vec<(PersonId, Poison)>,
}

/// An event that this program cannot read stands before the position at which the live table is.
pub(super) const NEWER: StoreError =
    StoreError::Invalid("a newer program wrote events that this one cannot read; rebuild with that one");

impl Store {
    /// Reads every event of a range up to the target.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer; an event that cannot be read is no error here.
    pub async fn read_range(
        &self,
        projection: Projection,
        range: Range,
        target: u64,
    ) -> Result<RangeBatch, StoreError> {
        let mut transaction = begin(self.projecting()).await?;
        let events = sqlx::query(select_events!(
            "rebuild::read_range",
            "WHERE stream_id > $1 AND stream_id <= $2 AND position <= $3 AND stream_kind = 1 \
             ORDER BY stream_id, stream_version"
        ))
        .bind(range.low)
        .bind(range.high)
        .bind(target.cast_signed());
        let keys = sqlx::query(
            "/* rebuild::read_keys */ select stream_id, key_version, wrapped from keys.stream_keys
             where stream_id > $1 and stream_id <= $2 and part = 'case'",
        )
        .bind(range.low)
        .bind(range.high);
        let events = read_events(events, &mut transaction).await?;
        let keys = read_keys(keys, &mut transaction).await?;
        transaction.commit().await?;
        Ok(RangeBatch {
            projection,
            range,
            target,
            people: gather(events, keys)?,
        })
    }

    /// Opens a range and computes its rows. Work for the processor; call it where blocking is allowed.
    ///
    /// # Errors
    /// When a newer program wrote some of the events.
    pub fn compute_range(&self, batch: RangeBatch, rows_of: &RowsOf) -> Result<ComputedRange, StoreError> {
        let events = batch.people.iter().map(|person| person.events.len() as u64).sum();
        let (computed, halt) = self.compute_people(batch.people, 0, batch.target, None, rows_of);
        if halt.is_some() {
            return Err(NEWER);
        }
        let (mut updates, mut parked) = (Vec::with_capacity(computed.len()), Vec::new());
        for (update, poison) in computed {
            parked.extend(poison.map(|poison| (update.person, poison)));
            updates.push(update);
        }
        Ok(ComputedRange {
            projection: batch.projection,
            range: batch.range,
            events,
            rows: rows::whole(&updates)?,
            parked,
        })
    }

    /// Writes the rows of a range, once.
    ///
    /// # Errors
    /// [`StoreError`], also when another rebuild has taken over; then nothing was written.
    pub async fn write_range(&self, lease: &Lease, computed: &ComputedRange) -> Result<u64, StoreError> {
        let projection = computed.projection;
        let mut transaction = begin(self.projecting()).await?;
        // The mark and the rows are lost together or not at all, so that losing them costs only doing them again.
        sqlx::query("/* rebuild::write_range */ set local synchronous_commit = off")
            .execute(&mut transaction)
            .await?;
        rows::copy(&mut transaction, projection.table(Side::Beside), &computed.rows).await?;
        park::park(&mut transaction, projection, Side::Beside, &computed.parked).await?;
        let marked = sqlx::query(
            "/* rebuild::write_range */ update rebuild_ranges set rows = $3, finished_at = clock_timestamp()
             where projection = $1 and ordinal = $2 and finished_at is null",
        )
        .bind(projection.name())
        .bind(computed.range.ordinal)
        .bind(computed.rows.rows.cast_signed())
        .execute(&mut transaction)
        .await?;
        if marked.rows_affected() != 1 {
            return Err(super::LOST);
        }
        must_hold(&mut transaction, lease).await?;
        transaction.commit().await?;
        Ok(computed.rows.rows)
    }
}
