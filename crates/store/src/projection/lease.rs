//! Who may write a projection's rows: one node at a time, by a row that runs out, fenced by a growing number.
//!
//! Rows and not advisory locks: behind a pooler a session belongs to nobody (Marten 3988). The fence, not the time,
//! keeps a worker that overslept from writing: whoever writes compares it in the same transaction.

use crate::connect::Session;
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::time::Duration;

/// How long a lease lasts, by the database's clock, unless it is renewed. A node that dies holds its projections up
/// for as long; one that pauses for longer loses them.
pub const LEASE: Duration = Duration::from_secs(10);

/// The right to write, until it runs out or changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What may be worked on: a projection's name, or [`super::Projection::rebuilding`].
    pub work: String,
    /// The node that holds it.
    pub owner: String,
    /// Its number: no other holder, before or after, has the same.
    pub fence: u64,
}

impl Store {
    /// Takes a lease that is free or has run out; `None` when another holds it. With `restarted`, also one that a
    /// node of the same name held: a node that starts again need not wait for its own past.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_lease(
        &self,
        work: &str,
        owner: &str,
        restarted: bool,
    ) -> Result<Option<Lease>, StoreError> {
        let row = sqlx::query(
            "/* lease::take */ update leases
             set owner = $2, fence = fence + 1, until = clock_timestamp() + $3 * interval '1 millisecond'
             where work = $1 and (until is null or until <= clock_timestamp() or ($4 and owner = $2))
             returning fence",
        )
        .bind(work)
        .bind(owner)
        .bind(millis(LEASE))
        .bind(restarted)
        .fetch_optional(self.projecting())
        .await?;
        row.map(|row| {
            Ok(Lease {
                work: work.to_owned(),
                owner: owner.to_owned(),
                fence: row.try_get::<i64, _>("fence")?.unsigned_abs(),
            })
        })
        .transpose()
    }

    /// Makes a lease last for [`LEASE`] from now; false when it has changed hands. One that ran out and was not
    /// taken is renewed as well.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_lease(&self, lease: &Lease) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "/* lease::renew */ update leases set until = clock_timestamp() + $3 * interval '1 millisecond'
             where work = $1 and fence = $2 and owner is not null",
        )
        .bind(&lease.work)
        .bind(lease.fence.cast_signed())
        .bind(millis(LEASE))
        .execute(self.projecting())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a lease up, so that another node need not wait until it runs out. Nothing when it has changed hands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn give_up_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        sqlx::query(
            "/* lease::give_up */ update leases set owner = null, until = null where work = $1 and fence = $2",
        )
        .bind(&lease.work)
        .bind(lease.fence.cast_signed())
        .execute(self.projecting())
        .await?;
        Ok(())
    }
}

/// True while nobody else has taken the lease; until the transaction ends nobody can. Always before the checkpoint's
/// lock, so that no two transactions wait for each other.
pub(crate) async fn holds(connection: &mut Session<'_>, lease: &Lease) -> Result<bool, StoreError> {
    let held = sqlx::query(
        "/* lease::holds */ select from leases where work = $1 and fence = $2 and owner is not null for share",
    )
    .bind(&lease.work)
    .bind(lease.fence.cast_signed())
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

/// Ends whatever lease there is: what its holder has read is true no more, and it must read again.
pub(super) async fn take_away(connection: &mut Session<'_>, work: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* lease::take_away */ update leases set owner = null, until = null, fence = fence + 1 where work = $1",
    )
    .bind(work)
    .execute(connection)
    .await?;
    Ok(())
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
