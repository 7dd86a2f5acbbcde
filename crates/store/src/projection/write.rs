//! Writing what a batch came to: rows, parked people and the new checkpoint, in one short transaction.

use super::compute::{Computed, Halt};
use super::lease::{Lease, holds};
use super::tables::{Projection, Side};
use super::{park, rows};
use crate::connect::Session;
use crate::{Store, StoreError};
use sqlx::Row as _;
use throughcare_domain::rows::LINES_OF;

/// What came of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The projection is true up to this position now.
    Moved(u64),
    /// Another node has taken the lease since it was taken here. Nothing was written.
    LeaseLost,
    /// The checkpoint is not where the batch began. Nothing was written.
    Elsewhere(u64),
}

impl Store {
    /// Writes a batch, if the lease is still held and the checkpoint still where the batch began. A worker that was
    /// paused since, for however long, writes nothing.
    ///
    /// The commit is not forced to disk. Rows, parked people and checkpoint are lost together if the server crashes
    /// before it is, and the batch is read again from the checkpoint that is left; the events it was computed from
    /// are on disk, for an append is seen only after its own forced commit. Whoever was told of the later position
    /// sees the earlier one with the next answer. What must outlast a crash is forced: taking and ending leases, so
    /// that no fence is given out twice, and the switch of a rebuild, which forces all that was written before it.
    ///
    /// # Errors
    /// [`StoreError`]; when the connection broke during the commit the checkpoint tells whether it moved.
    pub async fn write_batch(&self, lease: &Lease, computed: &Computed) -> Result<Written, StoreError> {
        debug_assert_eq!(computed.side, Side::Live);
        let projection = computed.projection;
        let mut transaction = self.projecting().begin_repeatable().await?;
        if lease.work != projection.name() || !holds(&mut transaction, lease).await? {
            return Ok(Written::LeaseLost);
        }
        let checkpoint = locked_checkpoint(&mut transaction, projection).await?;
        if checkpoint != computed.from {
            return Ok(Written::Elsewhere(checkpoint));
        }
        rows::write(&mut transaction, projection.table(Side::Live), &computed.updates).await?;
        park::park(&mut transaction, projection, Side::Live, &computed.parked).await?;
        move_checkpoint(&mut transaction, projection, computed.to, computed.halt.as_ref()).await?;
        transaction.commit().await?;
        Ok(Written::Moved(computed.to))
    }
}

/// The checkpoint.
pub(super) async fn checkpoint(
    connection: &mut Session<'_>,
    projection: Projection,
) -> Result<u64, StoreError> {
    let row =
        sqlx::query("/* projection::read_checkpoint */ select position from checkpoints where name = $1")
            .bind(projection.name())
            .fetch_one(connection)
            .await?;
    Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
}

/// The checkpoint; nobody moves it until the transaction ends.
pub(super) async fn locked_checkpoint(
    connection: &mut Session<'_>,
    projection: Projection,
) -> Result<u64, StoreError> {
    let row = sqlx::query(
        "/* projection::locked_checkpoint */ select position from checkpoints where name = $1 for update",
    )
    .bind(projection.name())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
}

async fn move_checkpoint(
    connection: &mut Session<'_>,
    projection: Projection,
    to: u64,
    halt: Option<&Halt>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* projection::move_checkpoint */ update checkpoints
         set position = $2,
             lines_of = case when position = 0 then $4 else lines_of end,
             moved_at = case when position = $2 then moved_at else clock_timestamp() end,
             stopped_reason = $3,
             stopped_at = case when $3 is null then null else coalesce(stopped_at, clock_timestamp()) end
         where name = $1",
    )
    .bind(projection.name())
    .bind(to.cast_signed())
    .bind(halt.map(|halt| &halt.reason))
    .bind(LINES_OF)
    .execute(connection)
    .await?;
    Ok(())
}
