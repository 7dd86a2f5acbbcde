//! Checkpoints as they were signed, and who cosigned them.

use super::Tree;
use crate::connect::Session;
use crate::projection::{Lease, holds};
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use throughcare_proof::tree::Hash;

/// A checkpoint to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCheckpoint {
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The signed note.
    pub note: String,
}

/// A checkpoint that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The note as the log signed it, and below it the lines of those who cosigned it.
    pub note: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many cosigned it.
    pub cosigned: u64,
}

/// How far a witness has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessStanding {
    /// Its name.
    pub witness: String,
    /// Entries of the newest checkpoint that it cosigned.
    pub size: u64,
    /// When it did.
    pub cosigned_at: Timestamp,
}

/// What [`kept`] reads.
macro_rules! select_checkpoints {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* ",
            $name,
            " */ SELECT size, root, made_at, \
             note || coalesce((SELECT string_agg(line, '' ORDER BY witness) FROM tree_cosignatures AS said \
                 WHERE said.tree = one.tree AND said.size = one.size), '') AS note, \
             (SELECT count(*) FROM tree_cosignatures AS said WHERE said.tree = one.tree AND said.size = one.size) \
                 AS cosigned \
             FROM tree_checkpoints AS one WHERE tree = $1 ",
            $rest
        )
    };
}

fn kept(row: &PgRow) -> Result<KeptCheckpoint, StoreError> {
    let root: &[u8] = row.try_get("root")?;
    Ok(KeptCheckpoint {
        size: row.try_get::<i64, _>("size")?.unsigned_abs(),
        // The table holds no other length.
        root: Hash(root.try_into().unwrap_or([0; 32])),
        note: row.try_get("note")?,
        made_at: row.try_get::<SqlTimestamp, _>("made_at")?.to_jiff(),
        cosigned: row.try_get::<i64, _>("cosigned")?.unsigned_abs(),
    })
}

/// Keeps a checkpoint.
pub(super) async fn insert(
    session: &mut Session<'_>,
    tree: Tree,
    checkpoint: &NewCheckpoint,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* tree::checkpoint */ INSERT INTO tree_checkpoints (tree, size, root, note) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tree, size) DO NOTHING",
    )
    .bind(tree.number())
    .bind(checkpoint.size.cast_signed())
    .bind(&checkpoint.root.0[..])
    .bind(&checkpoint.note)
    .execute(session)
    .await?;
    Ok(())
}

impl Store {
    /// Keeps a checkpoint of a tree that does not grow at the moment; false when another node has the lease.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn keep_checkpoint(
        &self,
        lease: &Lease,
        tree: Tree,
        checkpoint: &NewCheckpoint,
    ) -> Result<bool, StoreError> {
        let mut session = self.projecting().begin().await?;
        if !holds(&mut session, lease).await? {
            session.rollback().await?;
            return Ok(false);
        }
        insert(&mut session, tree, checkpoint).await?;
        session.commit().await?;
        Ok(true)
    }

    /// The newest checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn newest_checkpoint(&self, tree: Tree) -> Result<Option<KeptCheckpoint>, StoreError> {
        let row = sqlx::query(select_checkpoints!(
            "tree::newest_checkpoint",
            "ORDER BY size DESC LIMIT 1"
        ))
        .bind(tree.number())
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map(kept).transpose()
    }

    /// The newest checkpoint that a witness cosigned.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn newest_cosigned(&self, tree: Tree) -> Result<Option<KeptCheckpoint>, StoreError> {
        let row = sqlx::query(select_checkpoints!(
            "tree::newest_cosigned",
            "AND size = (SELECT max(newest) FROM (SELECT DISTINCT witness FROM tree_cosignatures WHERE tree = $1) AS by, \
                 LATERAL (SELECT size AS newest FROM tree_cosignatures WHERE tree = $1 AND witness = by.witness \
                 ORDER BY size DESC LIMIT 1) AS said)"
        ))
        .bind(tree.number())
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map(kept).transpose()
    }

    /// The checkpoint of so many entries, when there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn checkpoint_of(&self, tree: Tree, size: u64) -> Result<Option<KeptCheckpoint>, StoreError> {
        let row = sqlx::query(select_checkpoints!("tree::checkpoint_of", "AND size = $2"))
            .bind(tree.number())
            .bind(size.cast_signed())
            .fetch_optional(self.pool())
            .await?;
        row.as_ref().map(kept).transpose()
    }

    /// Sizes and roots of the checkpoints over more than so many entries, the smallest first, at most so many.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn checkpoints_over(
        &self,
        tree: Tree,
        size: u64,
        most: u32,
    ) -> Result<Vec<(u64, Hash)>, StoreError> {
        let rows = sqlx::query(
            "/* tree::checkpoints_over */ SELECT size, root FROM tree_checkpoints WHERE tree = $1 AND size > $2 \
             ORDER BY size LIMIT $3",
        )
        .bind(tree.number())
        .bind(size.cast_signed())
        .bind(i64::from(most))
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                let root: &[u8] = row.try_get("root")?;
                let size = row.try_get::<i64, _>("size")?.unsigned_abs();
                // The table holds no other length.
                Ok((size, Hash(root.try_into().unwrap_or([0; 32]))))
            })
            .collect()
    }

    /// Keeps what a witness said of a checkpoint. The same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn keep_cosignature(
        &self,
        tree: Tree,
        size: u64,
        witness: &str,
        line: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "/* tree::cosign */ INSERT INTO tree_cosignatures (tree, size, witness, line, cosigned_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tree, witness, size) DO NOTHING",
        )
        .bind(tree.number())
        .bind(size.cast_signed())
        .bind(witness)
        .bind(line)
        .bind(at.to_sqlx())
        .execute(self.projecting())
        .await?;
        Ok(())
    }

    /// How far each witness has signed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn witnesses_of(&self, tree: Tree) -> Result<Vec<WitnessStanding>, StoreError> {
        let rows = sqlx::query(
            "/* tree::witnesses */ SELECT by.witness, said.size, said.cosigned_at \
             FROM (SELECT DISTINCT witness FROM tree_cosignatures WHERE tree = $1) AS by, \
                 LATERAL (SELECT size, cosigned_at FROM tree_cosignatures \
                          WHERE tree = $1 AND witness = by.witness ORDER BY size DESC LIMIT 1) AS said \
             ORDER BY by.witness",
        )
        .bind(tree.number())
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(WitnessStanding {
                    witness: row.try_get("witness")?,
                    size: row.try_get::<i64, _>("size")?.unsigned_abs(),
                    cosigned_at: row.try_get::<SqlTimestamp, _>("cosigned_at")?.to_jiff(),
                })
            })
            .collect()
    }
}
