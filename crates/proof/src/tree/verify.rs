//! Checking proofs, as RFC 9162, sections 2.1.3.2 and 2.1.4.2, has it.

use super::{Hash, node_hash};

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index is not in the tree, or the old tree is larger than the new.
    #[error("what is to be proved is not in a tree of that size")]
    OutOfRange,
    /// There are more or fewer hashes than a proof of these sizes has.
    #[error("the proof has not as many hashes as a proof of these sizes")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Checks that the leaf with `leaf` as its hash is the `index`-th of the tree.
///
/// # Errors
/// [`ProofError`]: it is not, or the proof is not one.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Checks that the new tree begins with the old one.
///
/// # Errors
/// [`ProofError`]: it does not, or the proof is not one.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::OutOfRange);
    }
    if old_size == new_size || old_size == 0 {
        let agrees = if old_size == 0 {
            old_root == Hash::empty_tree()
        } else {
            old_root == new_root
        };
        return match (proof.is_empty(), agrees) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    let (mut place, mut last) = (old_size - 1, new_size - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut hashes = proof.iter().copied();
    let first = if old_size.is_power_of_two() {
        old_root
    } else {
        hashes.next().ok_or(ProofError::Length)?
    };
    let (mut old, mut new) = (first, first);
    for hash in hashes {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            old = node_hash(&hash, &old);
            new = node_hash(&hash, &new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, &hash);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old == old_root && new == new_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}
