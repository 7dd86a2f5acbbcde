//! The switch: in one transaction the old table goes and the new one takes its place, with its parked people.

use super::{begin, must_hold, table};
use crate::projection::lease::{Lease, holds, take_away};
use crate::projection::tables::Projection;
use crate::projection::write::locked_checkpoint;
use crate::{Store, StoreError};
use sqlx::Row as _;
use throughcare_domain::rows::LINES_OF;

/// What came of switching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    /// The new table is read from now on.
    Done,
    /// The live table stands elsewhere than the one beside. Nothing changed.
    Apart {
        /// Where the live one stands.
        live: u64,
        /// Where the one beside does.
        beside: u64,
    },
    /// The projection's lease was taken by another node. Nothing changed.
    LeaseLost,
    /// Readers held the old table; nothing changed, and trying again is right.
    Busy,
}

impl Store {
    /// Takes a projection's lease from whoever holds it: its worker finds out at its next write, writes nothing and
    /// waits. For the last step of a rebuild, which takes a moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn seize_lease(&self, projection: Projection, owner: &str) -> Result<Lease, StoreError> {
        let fence = sqlx::query_scalar::<_, i64>(
            "/* rebuild::seize */ update leases
             set owner = $2, fence = fence + 1, until = clock_timestamp() + $3 * interval '1 second'
             where work = $1 returning fence",
        )
        .bind(projection.name())
        .bind(owner)
        .bind(crate::projection::LEASE.as_secs_f64())
        .fetch_one(self.projecting())
        .await?;
        Ok(Lease {
            work: projection.name().to_owned(),
            owner: owner.to_owned(),
            fence: fence.unsigned_abs(),
        })
    }

    /// Puts the table beside in the place of the live one, if both stand at the same position, or the live one holds
    /// nothing yet. Ends the lease of the projection, so that whoever works on it reads anew who is parked.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing changed.
    pub async fn switch(
        &self,
        rebuilding: &Lease,
        seized: &Lease,
        projection: Projection,
    ) -> Result<Switched, StoreError> {
        let mut transaction = begin(self.owning()).await?;
        // Requests wait behind the lock that DROP asks for: rather try again than keep them.
        sqlx::query("/* rebuild::switch */ set local lock_timeout = '1s'")
            .execute(&mut transaction)
            .await?;
        if !holds(&mut transaction, seized).await? {
            return Ok(Switched::LeaseLost);
        }
        must_hold(&mut transaction, rebuilding).await?;
        take_away(&mut transaction, projection.name()).await?;
        let live = locked_checkpoint(&mut transaction, projection).await?;
        let beside = sqlx::query(
            "/* rebuild::switch */ select position from rebuilds where projection = $1 and position is not null for update",
        )
        .bind(projection.name())
        .fetch_optional(&mut transaction)
        .await?;
        let beside = match beside {
            Some(row) => row.try_get::<i64, _>(0)?.unsigned_abs(),
            None => return Err(StoreError::Invalid("the table beside is not loaded yet")),
        };
        if live != beside && live != 0 {
            return Ok(Switched::Apart { live, beside });
        }
        match table::take_the_name(&mut transaction, projection).await {
            Err(StoreError::Unavailable(Some(error))) if is_lock_timeout(&error) => {
                return Ok(Switched::Busy);
            }
            other => other?,
        }
        for statement in [
            "/* rebuild::switch */ delete from parked p where projection = $1
             and not exists (select from rebuild_parked r where r.projection = $1 and r.person = p.person)",
            "/* rebuild::switch */ insert into parked (projection, person, position, reason)
             select projection, person, position, reason from rebuild_parked where projection = $1
             on conflict (projection, person) do update
             set position = excluded.position, reason = excluded.reason,
                 tries = parked.tries + 1, tried_at = clock_timestamp()",
            "/* rebuild::switch */ update checkpoints c set position = r.position, moved_at = clock_timestamp()
             from rebuilds r where r.projection = $1 and c.name = $1 and c.position < r.position",
            "/* rebuild::switch */ delete from rebuilds where projection = $1",
        ] {
            sqlx::query(statement)
                .bind(projection.name())
                .execute(&mut transaction)
                .await?;
        }
        sqlx::query("/* rebuild::lines_of */ update checkpoints set lines_of = $2 where name = $1")
            .bind(projection.name())
            .bind(LINES_OF)
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(Switched::Done)
    }
}

fn is_lock_timeout(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "55P03")
}
