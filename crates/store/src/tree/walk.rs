//! Going through the rows under a tree again, from the first on: leaves, tiles and root made from the rows as they stand
//! and held to those that were kept when the rows were new.

use super::state::FullTile;
use super::{Tree, TreeFault, TreeState};
use crate::{Store, StoreError};
use throughcare_proof::tree::{Hash, TILE_HEIGHT, TILE_WIDTH, verify_inclusion};

/// Where such a walk is.
#[derive(Clone, Debug)]
pub struct TreeWalk {
    /// The tree as the rows make it.
    made: TreeState,
    /// Leaves of the tree that was kept, when the walk began.
    kept: u64,
}

/// A step of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Walked {
    /// The leaves of the rows, in order; none at the end.
    pub leaves: Vec<Hash>,
    /// What was found after them; the walk goes no further.
    pub fault: Option<TreeFault>,
}

impl TreeWalk {
    /// How many leaves the rows have made so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.made.size()
    }

    /// The root over them.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.made.root()
    }

    /// How many leaves the kept tree had when the walk began. Rows after them are read, and held to nothing kept.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.kept
    }
}

impl Store {
    /// Begins a walk at the first row.
    ///
    /// # Errors
    /// [`StoreError::Tree`] when the kept tree contradicts itself; [`StoreError`] when the database cannot answer.
    pub async fn begin_walk(&self, tree: Tree) -> Result<TreeWalk, StoreError> {
        let kept = self.tree_state(tree).await?;
        if self.tree_root(tree, kept.size()).await? != kept.root() {
            return Err(TreeFault::Hashes.into());
        }
        Ok(TreeWalk {
            made: TreeState::empty(tree),
            kept: kept.size(),
        })
    }

    /// Goes on with a walk, by at most so many rows.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer. What does not fit is in the answer.
    pub async fn walk_on(&self, walk: &mut TreeWalk, most: u64) -> Result<Walked, StoreError> {
        let (tree, from) = (walk.made.tree(), walk.made.size());
        let (entries, mut fault) = match self.tree_entries(tree, from, most).await {
            Ok(entries) => (entries, None),
            Err(StoreError::Tree(fault)) => {
                let before = fault.position().map_or(0, |position| position - 1 - from);
                let entries = match before {
                    0 => Vec::new(),
                    some => self.tree_entries(tree, from, some).await?,
                };
                (entries, Some(fault))
            }
            Err(other) => return Err(other),
        };
        if entries.is_empty() && fault.is_none() && from < walk.kept {
            let position = from + 1;
            fault = Some(match tree {
                Tree::Log => TreeFault::Gap { position },
                Tree::Beside => TreeFault::RowGone,
            });
        }
        let mut leaves: Vec<Hash> = entries.iter().map(super::Entry::leaf).collect();
        let there = walk.kept.saturating_sub(from).min(leaves.len() as u64);
        let kept = self.kept_leaves(tree, from, there).await?;
        if let Some(differs) = leaves.iter().zip(&kept).position(|(made, kept)| made != kept) {
            leaves.truncate(differs);
            let index = from + differs as u64;
            fault = Some(TreeFault::Leaf { index });
        } else if (kept.len() as u64) < there {
            fault = Some(TreeFault::Hashes);
        }
        let mut full = Vec::new();
        for leaf in &leaves {
            walk.made.push(*leaf, &mut full);
        }
        if fault.is_none() && !self.are_kept(tree, &full, walk.kept).await? {
            fault = Some(TreeFault::Hashes);
        }
        Ok(Walked { leaves, fault })
    }

    /// Whether the tiles above the leaves that became full within what was kept are the kept ones.
    async fn are_kept(&self, tree: Tree, full: &[FullTile], kept: u64) -> Result<bool, StoreError> {
        for tile in full.iter().filter(|tile| tile.level > 0) {
            let leaves = u32::from(tile.level + 1) * u32::from(TILE_HEIGHT);
            if (tile.tile + 1).checked_shl(leaves).is_some_and(|end| end > kept) {
                continue;
            }
            if self.kept_tile(tree, tile.level, tile.tile).await?.as_ref() != Some(&tile.hashes) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Looks again at some rows that have been leaves for long, at most `most` from a leaf on: whether they make the leaves
    /// that were kept, and whether these lead to the root that was signed over `size` entries. Answers where it ended,
    /// and what it found.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer. What does not fit is in the answer.
    pub async fn recheck(
        &self,
        tree: Tree,
        from: u64,
        most: u64,
        (size, root): (u64, Hash),
    ) -> Result<(u64, Option<TreeFault>), StoreError> {
        let most = most.min(size.saturating_sub(from));
        if most == 0 {
            return Ok((from, None));
        }
        let entries = match self.tree_entries(tree, from, most).await {
            Ok(entries) => entries,
            Err(StoreError::Tree(fault)) => return Ok((from, Some(fault))),
            Err(other) => return Err(other),
        };
        let kept = self.kept_leaves(tree, from, most).await?;
        if entries.len() as u64 != most {
            let position = from + entries.len() as u64 + 1;
            return Ok((from, Some(TreeFault::Gap { position })));
        }
        if kept.len() as u64 != most {
            return Ok((from, Some(TreeFault::Hashes)));
        }
        if let Some(entry) = entries
            .iter()
            .zip(&kept)
            .find(|(entry, kept)| entry.leaf() != **kept)
        {
            let index = entry.0.index;
            return Ok((from, Some(TreeFault::Leaf { index })));
        }
        // The proof of one leaf of a tile holds the hashes of all of them.
        let of_tiles: Vec<(u64, Hash)> = (from..)
            .zip(kept)
            .filter(|(index, _)| *index == from || index % TILE_WIDTH == 0)
            .collect();
        let indices: Vec<u64> = of_tiles.iter().map(|(index, _)| *index).collect();
        let proofs = self.tree_inclusions(tree, &indices, size).await?;
        let lead = of_tiles
            .iter()
            .zip(&proofs)
            .all(|((index, leaf), proof)| verify_inclusion(*leaf, *index, size, proof, root).is_ok());
        Ok((from + most, (!lead).then_some(TreeFault::Hashes)))
    }
}
