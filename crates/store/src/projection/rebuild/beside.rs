//! The table beside, once it is loaded: its indexes, and following the live table batch by batch.

use super::{begin, must_hold, table};
use crate::projection::compute::Computed;
use crate::projection::tables::{Projection, Side};
use crate::projection::{Batch, Lease, park, rows};
use crate::{Store, StoreError};
use futures::stream::{self, StreamExt as _};
use sqlx::Row as _;

/// Indexes built at the same time, as many as there are connections for it: one processor compares while another
/// writes.
const AT_ONCE: usize = 2;

impl Store {
    /// Builds the indexes of the table beside, after loading because that is faster, and marks it as true up to the
    /// target. Going on after a stop builds those that are missing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn index_beside(&self, lease: &Lease, projection: Projection) -> Result<(), StoreError> {
        let mut looking = begin(self.owning()).await?;
        let indexes = table::indexes(&mut looking, projection).await?;
        looking.commit().await?;
        let building = indexes.iter().map(|index| async move {
            let mut transaction = begin(self.owning()).await?;
            table::build(&mut transaction, index).await?;
            must_hold(&mut transaction, lease).await?;
            transaction.commit().await?;
            Ok::<_, StoreError>(())
        });
        let mut building = stream::iter(building).buffer_unordered(AT_ONCE);
        while let Some(built) = building.next().await {
            built?;
        }
        let mut transaction = begin(self.owning()).await?;
        table::analyze(&mut transaction, projection).await?;
        sqlx::query(
            "/* rebuild::loaded */ update rebuilds set position = target
             where projection = $1 and position is null
               and not exists (select from rebuild_ranges r where r.projection = $1 and r.finished_at is null)",
        )
        .bind(projection.name())
        .execute(&mut transaction)
        .await?;
        must_hold(&mut transaction, lease).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// How far the table beside is; `None` while it is loaded.
    ///
    /// # Errors
    /// [`StoreError`], also when there is none.
    pub async fn beside_position(&self, projection: Projection) -> Result<Option<u64>, StoreError> {
        let row =
            sqlx::query("/* rebuild::beside_position */ select position from rebuilds where projection = $1")
                .bind(projection.name())
                .fetch_one(self.projecting())
                .await?;
        Ok(row.try_get::<Option<i64>, _>(0)?.map(i64::unsigned_abs))
    }

    /// [`Store::read_batch`] for the table beside: it has parked people of its own.
    ///
    /// # Errors
    /// As there.
    pub async fn read_batch_beside(
        &self,
        projection: Projection,
        from: u64,
        to: u64,
    ) -> Result<Batch, StoreError> {
        self.batch(projection, Side::Beside, from, to).await
    }

    /// Writes a batch to the table beside.
    ///
    /// # Errors
    /// [`StoreError`], also when another rebuild has taken over, and when a newer program wrote some of the events;
    /// then nothing was written.
    pub async fn write_batch_beside(&self, lease: &Lease, computed: &Computed) -> Result<(), StoreError> {
        debug_assert_eq!(computed.side, Side::Beside);
        if computed.halt.is_some() {
            return Err(super::load::NEWER);
        }
        let projection = computed.projection;
        let mut transaction = begin(self.projecting()).await?;
        must_hold(&mut transaction, lease).await?;
        let moved = sqlx::query(
            "/* rebuild::move */ update rebuilds set position = $3 where projection = $1 and position = $2",
        )
        .bind(projection.name())
        .bind(computed.from.cast_signed())
        .bind(computed.to.cast_signed())
        .execute(&mut transaction)
        .await?;
        if moved.rows_affected() != 1 {
            return Err(super::LOST);
        }
        rows::write(
            &mut transaction,
            projection.table(Side::Beside),
            &computed.updates,
        )
        .await?;
        park::park(&mut transaction, projection, Side::Beside, &computed.parked).await?;
        transaction.commit().await?;
        Ok(())
    }
}
