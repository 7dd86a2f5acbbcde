//! Loading one range: what was read together is opened and computed where blocking is allowed, and its rows are
//! written with `COPY`, in one transaction with the mark that it is done.

use super::read::RangeBatch;
use super::{begin, must_hold};
use crate::projection::compute::{Poison, RowsOf, steps};
use crate::projection::linked::combined;
use crate::projection::opened::{OpenHistory, Unread};
use crate::projection::tables::{Projection, Side};
use crate::projection::whole::Whole;
use crate::projection::{Lease, Range, park};
use crate::{Store, StoreError};
use throughcare_domain::id::PersonId;

/// The rows of a range, ready to be written.
pub struct ComputedRange {
    projection: Projection,
    range: Range,
    /// How many events it has.
    pub events: u64,
    rows: Whole,
    parked: Vec<(PersonId, Poison)>,
}

impl ComputedRange {
    /// Of which part.
    pub(super) fn range(&self) -> Range {
        self.range
    }

    /// Its rows.
    pub(super) fn rows(&self) -> &Whole {
        &self.rows
    }

    /// How many of its people stand still at an event that cannot be read.
    pub fn parked(&self) -> usize {
        self.parked.len()
    }
}

/// An event that this program cannot read stands before the position at which the live table is.
pub(super) const NEWER: StoreError =
    StoreError::Invalid("a newer program wrote events that this one cannot read; rebuild with that one");

impl Store {
    /// Opens a range and computes its rows. Work for the processor; call it where blocking is allowed.
    ///
    /// # Errors
    /// When a newer program wrote some of the events.
    pub fn compute_range(
        &self,
        mut batch: RangeBatch,
        rows_of: &RowsOf,
    ) -> Result<ComputedRange, StoreError> {
        let (projection, range, target) = (batch.projection, batch.range, batch.target);
        let (mut events, mut parked) = (0, Vec::new());
        let mut rows = Whole::with_room(usize::try_from(range.events).unwrap_or(0));
        let links = std::mem::take(&mut batch.links);
        let linked = std::mem::take(&mut batch.linked).into_iter();
        let linked: Vec<OpenHistory> = linked.map(|sealed| self.open_history(sealed)).collect();
        if linked
            .iter()
            .any(|history| matches!(history.unread, Some(Unread::Newer(_))))
        {
            return Err(NEWER);
        }
        // Person after person: the steps of one are done with before the next is opened.
        let mut histories = batch.histories();
        while let Some(sealed) = histories.next()? {
            events += sealed.events.len() as u64;
            let mut open = self.open_history(sealed);
            if let Some(with) = links.get(&open.person.0) {
                let others = linked.iter().filter(|one| with.contains(&one.person.0));
                open = combined(open, &others.collect::<Vec<_>>());
            }
            if matches!(open.unread, Some(Unread::Newer(_))) {
                return Err(NEWER);
            }
            let (update, poison) = steps(open, 0, target, rows_of);
            parked.extend(poison.map(|poison| (update.person, poison)));
            rows.add(&update)?;
        }
        Ok(ComputedRange {
            projection,
            range,
            events,
            rows,
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
        let table = projection.table(Side::Beside);
        computed.rows.copy(&mut transaction, table).await?;
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
