//! Roots and proofs of any size, made from complete subtrees.
//!
//! Each function asks for the complete subtrees that it needs, so that a caller can first collect which tiles to
//! fetch (by answering anything) and then make the proof.

use super::{Hash, node_hash};

/// A complete subtree: 2^`height` leaves, the `index`-th of that height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    /// 0 for a leaf.
    pub height: u8,
    /// Its place among the subtrees of its height, from 0.
    pub index: u64,
}

/// The root of the first `size` leaves.
///
/// # Errors
/// Those of `node`.
pub fn root<E>(size: u64, node: &mut impl FnMut(Subtree) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 {
        return Ok(Hash::empty_tree());
    }
    range(0, size, node)
}

/// The proof that the leaf `index` is in the tree of `size` leaves: siblings from the leaf up (RFC 6962, 2.1.1).
/// Empty where the index is not below the size.
///
/// # Errors
/// Those of `node`.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    node: &mut impl FnMut(Subtree) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if index >= size {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(range(middle, end, node)?);
            end = middle;
        } else {
            proof.push(range(start, middle, node)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `new` leaves begins with the tree of `old` leaves (RFC 6962, 2.1.2). Empty where `old`
/// is 0 or not below `new`.
///
/// # Errors
/// Those of `node`.
pub fn consistency<E>(
    old: u64,
    new: u64,
    node: &mut impl FnMut(Subtree) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, new);
    // True while the subtree looked at is one that the old tree has as its own root: who checks knows it.
    let mut known = true;
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            proof.push(range(middle, end, node)?);
            end = middle;
        } else {
            proof.push(range(start, middle, node)?);
            start = middle;
            known = false;
        }
    }
    if !known {
        proof.push(range(start, end, node)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The largest power of two below `size`, which is above 1.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

fn range<E>(start: u64, end: u64, node: &mut impl FnMut(Subtree) -> Result<Hash, E>) -> Result<Hash, E> {
    let size = end - start;
    if size.is_power_of_two() && start.is_multiple_of(size) {
        let height = u8::try_from(size.ilog2()).unwrap_or(u8::MAX);
        return node(Subtree {
            height,
            index: start >> height,
        });
    }
    let middle = start + split(size);
    let left = range(start, middle, node)?;
    Ok(node_hash(&left, &range(middle, end, node)?))
}
