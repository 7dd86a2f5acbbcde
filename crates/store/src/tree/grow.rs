//! Making a tree grow: what comes next, hashed; then tiles, edge and size in one transaction.

use super::beside::{self, Beside};
use super::checkpoints::{NewCheckpoint, insert};
use super::entries;
use super::state::FullTile;
use super::{Tree, TreeState, joined};
use crate::connect::Session;
use crate::projection::{Lease, holds};
use crate::{Store, StoreError};

/// Most leaves of one step. Bounds memory and how far apart two checkpoints can be.
pub const MOST_LEAVES: u64 = 1_000;

/// What a step adds, not written yet.
#[derive(Clone, Debug)]
pub struct Growth {
    from: TreeState,
    to: TreeState,
    full: Vec<FullTile>,
    numbered: Vec<Beside>,
}

impl Growth {
    /// The tree afterwards.
    #[must_use]
    pub fn to(&self) -> &TreeState {
        &self.to
    }
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grown {
    /// It is written.
    To(TreeState),
    /// Another node has the lease, or made the tree grow before: nothing was written.
    Overtaken,
}

impl Store {
    /// What comes next in a tree, at most so many leaves and [`MOST_LEAVES`]; nothing when nothing is new.
    ///
    /// # Errors
    /// [`StoreError::Tree`] when something was altered: the tree must not grow over it.
    pub async fn grow_tree(&self, from: &TreeState, most: u64) -> Result<Option<Growth>, StoreError> {
        let most = most.min(MOST_LEAVES);
        let (entries, numbered) = match from.tree() {
            Tree::Log => {
                let entries = entries::of_events(self.projecting(), from.size(), most).await?;
                (entries, Vec::new())
            }
            Tree::Beside => {
                let rows = beside::waiting(self.projecting(), most).await?;
                let entries = beside::entries(self.projecting(), from.size(), &rows).await?;
                (entries, rows)
            }
        };
        if entries.is_empty() {
            return Ok(None);
        }
        let (mut to, mut full) = (from.clone(), Vec::new());
        for entry in &entries {
            to.push(entry.leaf(), &mut full);
        }
        Ok(Some(Growth {
            from: from.clone(),
            to,
            full,
            numbered,
        }))
    }

    /// Writes a step, and the checkpoint that stands at its end.
    ///
    /// Without a checkpoint a crash of the database may take it back: it is made again. A checkpoint is forced to disk,
    /// and all before it with it, before anybody can read it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn write_growth(
        &self,
        lease: &Lease,
        growth: &Growth,
        checkpoint: Option<&NewCheckpoint>,
    ) -> Result<Grown, StoreError> {
        let mut session = if checkpoint.is_some() {
            self.projecting().begin().await?
        } else {
            self.projecting().begin_repeatable().await?
        };
        if !holds(&mut session, lease).await? || !reach(&mut session, growth).await? {
            session.rollback().await?;
            return Ok(Grown::Overtaken);
        }
        write_tiles(&mut session, growth).await?;
        if !number(&mut session, growth).await? {
            session.rollback().await?;
            return Ok(Grown::Overtaken);
        }
        if let Some(checkpoint) = checkpoint {
            insert(&mut session, growth.to.tree(), checkpoint).await?;
        }
        session.commit().await?;
        Ok(Grown::To(growth.to.clone()))
    }
}

/// Moves the tree's size from where it was read to where it will be; false when it is not there any more.
async fn reach(session: &mut Session<'_>, growth: &Growth) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* tree::reach */ UPDATE trees SET size = $3, roots = $4, grown_at = clock_timestamp(), \
         stopped_reason = NULL, stopped_at = NULL WHERE tree = $1 AND size = $2 AND roots = $5",
    )
    .bind(growth.from.tree().number())
    .bind(growth.from.size().cast_signed())
    .bind(growth.to.size().cast_signed())
    .bind(joined(growth.to.frontier.roots()))
    .bind(joined(growth.from.frontier.roots()))
    .execute(session)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn write_tiles(session: &mut Session<'_>, growth: &Growth) -> Result<(), StoreError> {
    let tree = growth.to.tree().number();
    if !growth.full.is_empty() {
        let (mut levels, mut tiles, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        for tile in &growth.full {
            levels.push(i16::from(tile.level));
            tiles.push(tile.tile.cast_signed());
            hashes.push(joined(&tile.hashes));
        }
        sqlx::query(
            "/* tree::tiles */ INSERT INTO tree_tiles (tree, level, tile, hashes) \
             SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bytea[])",
        )
        .bind(tree)
        .bind(levels)
        .bind(tiles)
        .bind(hashes)
        .execute(&mut *session)
        .await?;
    }
    let (mut levels, mut tiles, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for ((before, after), level) in growth.from.edges.iter().zip(&growth.to.edges).zip(0_i16..) {
        if before != after {
            levels.push(level);
            tiles.push(after.tile.cast_signed());
            hashes.push(joined(&after.hashes));
        }
    }
    sqlx::query(
        "/* tree::edges */ INSERT INTO tree_edges (tree, level, tile, hashes) \
         SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bytea[]) \
         ON CONFLICT (tree, level) DO UPDATE SET tile = excluded.tile, hashes = excluded.hashes",
    )
    .bind(tree)
    .bind(levels)
    .bind(tiles)
    .bind(hashes)
    .execute(session)
    .await?;
    Ok(())
}

/// Gives rows beside the log their leaves; false when one waits no more.
async fn number(session: &mut Session<'_>, growth: &Growth) -> Result<bool, StoreError> {
    if growth.numbered.is_empty() {
        return Ok(true);
    }
    let (kinds, numbers): (Vec<i16>, Vec<i64>) = growth.numbered.iter().copied().unzip();
    let gone = sqlx::query(
        "/* tree::number */ DELETE FROM beside_waiting USING unnest($1::smallint[], $2::bigint[]) AS told (kind, number) \
         WHERE beside_waiting.kind = told.kind AND beside_waiting.number = told.number",
    )
    .bind(&kinds)
    .bind(&numbers)
    .execute(&mut *session)
    .await?;
    if gone.rows_affected() != numbers.len() as u64 {
        return Ok(false);
    }
    sqlx::query(
        "/* tree::leaves */ INSERT INTO beside_leaves (leaf, kind, number) \
         SELECT $1 + place - 1, kind, number \
         FROM unnest($2::smallint[], $3::bigint[]) WITH ORDINALITY AS told (kind, number, place)",
    )
    .bind(growth.from.size().cast_signed())
    .bind(kinds)
    .bind(numbers)
    .execute(session)
    .await?;
    Ok(true)
}
