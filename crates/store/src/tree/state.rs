//! A tree as a follower has it in memory: all that is needed to add leaves.

use super::{Tree, TreeFault};
use throughcare_proof::tree::{
    Frontier, Hash, Subtree, TILE_HEIGHT, TILE_WIDTH, node_of_tile, root, root_within,
};

/// Highest level of a tile: eight of them hold 2^64 leaves.
pub(super) const LEVELS: u8 = 8;

/// The tile of a level that is not full yet.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Edge {
    pub tile: u64,
    pub hashes: Vec<Hash>,
}

/// A tile that became full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FullTile {
    pub level: u8,
    pub tile: u64,
    pub hashes: Vec<Hash>,
}

/// A tree's right edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeState {
    tree: Tree,
    pub(super) frontier: Frontier,
    pub(super) edges: Vec<Edge>,
}

impl TreeState {
    /// One without leaves.
    pub(super) fn empty(tree: Tree) -> Self {
        Self {
            tree,
            frontier: Frontier::default(),
            edges: vec![Edge::default(); usize::from(LEVELS)],
        }
    }

    /// As it was kept.
    ///
    /// # Errors
    /// [`TreeFault::Hashes`] when its parts are not of one tree.
    pub(super) fn kept(tree: Tree, frontier: Frontier, edges: Vec<Edge>) -> Result<Self, TreeFault> {
        let size = frontier.size();
        let fits = edges.iter().zip(0_u32..).all(|(edge, level)| {
            let hashes = size.checked_shr(level * u32::from(TILE_HEIGHT)).unwrap_or(0);
            edge.tile == hashes / TILE_WIDTH && edge.hashes.len() as u64 == hashes % TILE_WIDTH
        });
        let state = Self {
            tree,
            frontier,
            edges,
        };
        // Each complete subtree of the right edge lies in a tile that is not full.
        let from_edges = root(size, &mut |subtree| state.node(subtree, size).ok_or(()));
        if fits && state.edges.len() == usize::from(LEVELS) && from_edges == Ok(state.root()) {
            Ok(state)
        } else {
            Err(TreeFault::Hashes)
        }
    }

    fn node(&self, subtree: Subtree, size: u64) -> Option<Hash> {
        let (address, offset, count) = node_of_tile(subtree, size);
        let edge = self.edges.get(usize::from(address.level?))?;
        if edge.tile == address.index {
            root_within(&edge.hashes, offset, count)
        } else {
            None
        }
    }

    /// Which tree it is.
    #[must_use]
    pub fn tree(&self) -> Tree {
        self.tree
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Its root.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Adds a leaf; tiles that become full by it are told.
    pub(super) fn push(&mut self, leaf: Hash, full: &mut Vec<FullTile>) {
        let edges = &mut self.edges;
        self.frontier.push(leaf, |height, _, hash| {
            if height % TILE_HEIGHT != 0 {
                return;
            }
            let level = height / TILE_HEIGHT;
            let Some(edge) = edges.get_mut(usize::from(level)) else {
                return; // a tree of 2^64 leaves
            };
            edge.hashes.push(hash);
            if edge.hashes.len() as u64 == TILE_WIDTH {
                full.push(FullTile {
                    level,
                    tile: edge.tile,
                    hashes: std::mem::take(&mut edge.hashes),
                });
                edge.tile += 1;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_proof::tree::leaf_hash;

    fn empty() -> TreeState {
        TreeState::kept(
            Tree::Log,
            Frontier::default(),
            vec![Edge::default(); usize::from(LEVELS)],
        )
        .unwrap()
    }

    #[test]
    fn edges_and_full_tiles_hold_every_hash_of_every_level() {
        let (mut state, mut full) = (empty(), Vec::new());
        let leaves: Vec<Hash> = (0..66_000_u64).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        for leaf in &leaves {
            state.push(*leaf, &mut full);
        }
        for (level, hashes) in [(0_u8, 66_000_u64), (1, 257), (2, 1)] {
            let tiles: Vec<&FullTile> = full.iter().filter(|tile| tile.level == level).collect();
            assert_eq!(tiles.len() as u64, hashes / 256);
            assert!(
                tiles
                    .iter()
                    .zip(0..)
                    .all(|(tile, at)| tile.tile == at && tile.hashes.len() == 256)
            );
            let edge = &state.edges[usize::from(level)];
            assert_eq!(
                (edge.tile, edge.hashes.len() as u64),
                (hashes / 256, hashes % 256)
            );
        }
        let flat: Vec<Hash> = full
            .iter()
            .filter(|tile| tile.level == 0)
            .flat_map(|tile| tile.hashes.clone())
            .chain(state.edges[0].hashes.clone())
            .collect();
        assert_eq!(flat, leaves);
        // What was kept is taken up again, and nothing else is.
        let kept = TreeState::kept(Tree::Log, state.frontier.clone(), state.edges.clone());
        assert_eq!(kept, Ok(state.clone()));
        for level in 0..3 {
            let mut altered = state.edges.clone();
            altered[level].hashes[0] = leaf_hash(b"another");
            let kept = TreeState::kept(Tree::Log, state.frontier.clone(), altered);
            assert_eq!(kept, Err(TreeFault::Hashes), "level {level}");
        }
        let mut shorter = state.edges.clone();
        shorter[0].hashes.pop();
        assert_eq!(
            TreeState::kept(Tree::Log, state.frontier.clone(), shorter),
            Err(TreeFault::Hashes)
        );
    }
}
