//! How far looking again at old rows is, and what it found. Rows that nobody reads would otherwise be altered unseen until
//! somebody exports them.

use super::Tree;
use crate::projection::{Lease, holds};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;

/// The work of which a node must hold the lease to look again.
pub const RECHECKS: &str = "rechecks";

/// Rows that are not what they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The first leaf of those that were looked at together.
    pub from: u64,
    /// What does not fit: positions and numbers only.
    pub reason: String,
    /// When it was found.
    pub since: Timestamp,
}

/// How far looking again is in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecheckStanding {
    /// Which.
    pub tree: Tree,
    /// The next leaf.
    pub next: u64,
    /// How often all leaves were gone through.
    pub rounds: u64,
    /// For how many seconds the last whole round has been over.
    pub round_age_seconds: Option<u64>,
    /// For how many seconds nobody has looked.
    pub idle_seconds: u64,
    /// The first rows that are not what they were.
    pub differs: Option<Difference>,
}

impl Store {
    /// How far looking again is.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn rechecks(&self) -> Result<Vec<RecheckStanding>, StoreError> {
        let rows = sqlx::query(
            "/* recheck::standing */ SELECT tree, next_leaf, rounds, differs_from, differs_reason, differs_at, \
                 extract(epoch FROM clock_timestamp() - round_ended_at)::bigint AS round_age, \
                 extract(epoch FROM clock_timestamp() - looked_at)::bigint AS idle \
             FROM tree_rechecks ORDER BY tree",
        )
        .fetch_all(self.pool())
        .await?;
        let seconds = |seconds: i64| u64::try_from(seconds).unwrap_or(0);
        rows.iter()
            .map(|row| {
                let from: Option<i64> = row.try_get("differs_from")?;
                let reason: Option<String> = row.try_get("differs_reason")?;
                let since: Option<SqlTimestamp> = row.try_get("differs_at")?;
                let differs = from
                    .zip(reason)
                    .zip(since)
                    .map(|((from, reason), since)| Difference {
                        from: from.unsigned_abs(),
                        reason,
                        since: since.to_jiff(),
                    });
                Ok(RecheckStanding {
                    tree: match row.try_get::<i16, _>("tree")? {
                        1 => Tree::Log,
                        _ => Tree::Beside,
                    },
                    next: row.try_get::<i64, _>("next_leaf")?.unsigned_abs(),
                    rounds: row.try_get::<i64, _>("rounds")?.unsigned_abs(),
                    round_age_seconds: row.try_get::<Option<i64>, _>("round_age")?.map(seconds),
                    idle_seconds: seconds(row.try_get("idle")?),
                    differs,
                })
            })
            .collect()
    }

    /// Notes which leaf is next, and whether a round is over; false when another node looks.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn note_rechecked(
        &self,
        lease: &Lease,
        tree: Tree,
        next: u64,
        round_ended: bool,
    ) -> Result<bool, StoreError> {
        let mut session = self.projecting().begin().await?;
        if !holds(&mut session, lease).await? {
            session.rollback().await?;
            return Ok(false);
        }
        sqlx::query(
            "/* recheck::note */ UPDATE tree_rechecks SET next_leaf = $2, looked_at = clock_timestamp(), \
                 rounds = rounds + CASE WHEN $3 THEN 1 ELSE 0 END, \
                 round_ended_at = CASE WHEN $3 THEN clock_timestamp() ELSE round_ended_at END WHERE tree = $1",
        )
        .bind(tree.number())
        .bind(next.cast_signed())
        .bind(round_ended)
        .execute(&mut session)
        .await?;
        session.commit().await?;
        Ok(true)
    }

    /// Notes from which leaf on rows are not what they were, or that they are again.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn note_difference(&self, tree: Tree, found: Option<(u64, &str)>) -> Result<(), StoreError> {
        let reason = found.map(|(_, why)| why.chars().take(500).collect::<String>());
        sqlx::query(
            "/* recheck::differs */ UPDATE tree_rechecks SET differs_from = $2, differs_reason = $3, \
             differs_at = CASE WHEN $2::bigint IS NULL THEN NULL ELSE clock_timestamp() END WHERE tree = $1",
        )
        .bind(tree.number())
        .bind(found.map(|(from, _)| from.cast_signed()))
        .bind(reason)
        .execute(self.projecting())
        .await?;
        Ok(())
    }
}
