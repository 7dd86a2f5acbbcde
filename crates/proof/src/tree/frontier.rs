//! A tree that only grows: what has to be kept of it is one hash for each bit of its size.

use super::{Hash, node_hash};

/// The right edge of a tree: the roots of its complete subtrees, the largest first. It is all that is needed to add
/// leaves and to know the root.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of `size` leaves, its largest complete subtree first. None where the number of roots is not
    /// the number of bits of the size.
    #[must_use]
    pub fn of(size: u64, roots: Vec<Hash>) -> Option<Self> {
        (roots.len() == size.count_ones() as usize).then_some(Self { size, roots })
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the complete subtrees, the largest first.
    #[must_use]
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Adds a leaf. `completed` is told of every complete subtree that it closes, the leaf itself first: its height,
    /// its place among those of that height, and its root.
    pub fn push(&mut self, leaf: Hash, mut completed: impl FnMut(u8, u64, Hash)) {
        completed(0, self.size, leaf);
        let mut hash = leaf;
        let mut height = 0_u8;
        while self.size >> height & 1 == 1 {
            // As many roots as bits: there is one for this bit.
            let left = self.roots.pop().unwrap_or(hash);
            hash = node_hash(&left, &hash);
            height += 1;
            completed(height, self.size >> height, hash);
        }
        self.roots.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut smallest_first = self.roots.iter().rev();
        let Some(last) = smallest_first.next() else {
            return Hash::empty_tree();
        };
        smallest_first.fold(*last, |right, left| node_hash(left, &right))
    }
}
