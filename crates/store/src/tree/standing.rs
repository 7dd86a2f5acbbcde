//! How a tree stands: as a follower takes it up, and as operators are told.

use super::state::{Edge, LEVELS};
use super::{Tree, TreeFault, TreeState, split};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use throughcare_proof::tree::Frontier;

/// How a tree stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeStanding {
    /// Which.
    pub tree: Tree,
    /// How many leaves it has.
    pub size: u64,
    /// How many it should have: the head of the log, or with all that waits.
    pub head: u64,
    /// Entries of the newest checkpoint; 0 when there is none.
    pub checkpoint: u64,
    /// When that was made.
    pub made_at: Option<Timestamp>,
    /// For how many seconds the newest checkpoint has been the newest, by the database's clock.
    pub age_seconds: Option<u64>,
    /// Why it does not grow, and since when.
    pub stopped: Option<(String, Timestamp)>,
}

impl TreeStanding {
    /// Entries that are not in the tree yet.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.head.saturating_sub(self.size)
    }
}

impl Store {
    /// A tree as it was kept, to go on from.
    ///
    /// # Errors
    /// [`StoreError::Tree`] when what was kept contradicts itself; [`StoreError`] when the database cannot answer.
    pub async fn tree_state(&self, tree: Tree) -> Result<TreeState, StoreError> {
        // One statement: tree and edges of one moment.
        let rows = sqlx::query(
            "/* tree::state */ SELECT trees.size, trees.roots, edge.level, edge.tile, edge.hashes \
             FROM trees LEFT JOIN tree_edges AS edge USING (tree) WHERE tree = $1",
        )
        .bind(tree.number())
        .fetch_all(self.projecting())
        .await?;
        let mut edges = vec![Edge::default(); usize::from(LEVELS)];
        let mut frontier = None;
        for row in rows {
            let roots: Vec<u8> = row.try_get("roots")?;
            let size = row.try_get::<i64, _>("size")?.unsigned_abs();
            frontier = Frontier::of(size, split(&roots));
            let Some(level) = row.try_get::<Option<i16>, _>("level")? else {
                continue;
            };
            let edge = usize::try_from(level).ok().and_then(|level| edges.get_mut(level));
            *edge.ok_or(TreeFault::Hashes)? = Edge {
                tile: row.try_get::<i64, _>("tile")?.unsigned_abs(),
                hashes: split(row.try_get::<&[u8], _>("hashes")?),
            };
        }
        Ok(TreeState::kept(tree, frontier.ok_or(TreeFault::Hashes)?, edges)?)
    }

    /// How the trees stand.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn trees(&self) -> Result<Vec<TreeStanding>, StoreError> {
        let rows = sqlx::query(
            "/* tree::standing */ SELECT trees.tree, trees.size, stopped_reason, stopped_at, \
                 CASE WHEN trees.tree = 1 THEN (SELECT position FROM log_head) \
                      ELSE trees.size + (SELECT count(*) FROM beside_waiting) END AS head, \
                 newest.size AS checkpoint, newest.made_at, \
                 extract(epoch FROM clock_timestamp() - newest.made_at)::bigint AS age \
             FROM trees LEFT JOIN LATERAL (SELECT size, made_at FROM tree_checkpoints \
                 WHERE tree = trees.tree ORDER BY size DESC LIMIT 1) AS newest ON true ORDER BY trees.tree",
        )
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                let reason: Option<String> = row.try_get("stopped_reason")?;
                let at: Option<SqlTimestamp> = row.try_get("stopped_at")?;
                Ok(TreeStanding {
                    tree: match row.try_get::<i16, _>("tree")? {
                        1 => Tree::Log,
                        _ => Tree::Beside,
                    },
                    size: row.try_get::<i64, _>("size")?.unsigned_abs(),
                    head: row.try_get::<i64, _>("head")?.unsigned_abs(),
                    checkpoint: row
                        .try_get::<Option<i64>, _>("checkpoint")?
                        .unwrap_or(0)
                        .unsigned_abs(),
                    made_at: row
                        .try_get::<Option<SqlTimestamp>, _>("made_at")?
                        .map(SqlTimestamp::to_jiff),
                    age_seconds: row
                        .try_get::<Option<i64>, _>("age")?
                        .map(|age| u64::try_from(age).unwrap_or(0)),
                    stopped: reason.zip(at.map(SqlTimestamp::to_jiff)),
                })
            })
            .collect()
    }

    /// Notes why a tree does not grow, or that it does again.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn note_tree_stopped(&self, tree: Tree, why: Option<&str>) -> Result<(), StoreError> {
        let why = why.map(|why| why.chars().take(500).collect::<String>());
        sqlx::query(
            "/* tree::stopped */ UPDATE trees SET stopped_reason = $2, \
             stopped_at = CASE WHEN $2::text IS NULL THEN NULL ELSE clock_timestamp() END \
             WHERE tree = $1 AND stopped_reason IS DISTINCT FROM $2",
        )
        .bind(tree.number())
        .bind(why)
        .execute(self.projecting())
        .await?;
        Ok(())
    }
}
