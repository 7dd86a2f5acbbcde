//! Samples that nobody could choose: which entries an auditor looks at follows from the checkpoint's own hash.

use crate::checkpoint::Checkpoint;
use crate::tree::Hash;
use std::collections::BTreeSet;

/// Most entries of one sample.
pub const MOST: usize = 1_000;

/// The places (from 0) of `count` different entries below the checkpoint's size, drawn from the hash of its text and
/// the auditor's own words. Whoever keeps the log would have to find a history with a fitting root to choose them; with
/// words that are said only after the checkpoint was made not even that helps.
///
/// Where the log has no more entries than that, it is all of them. In ascending order.
#[must_use]
pub fn draw(checkpoint: &Checkpoint, words: &str, count: usize) -> BTreeSet<u64> {
    let count = count.min(MOST);
    if checkpoint.size <= count as u64 {
        return (0..checkpoint.size).collect();
    }
    let seed = Hash::of(format!("throughcare sample 1\n{}{words}\n", checkpoint.text()).as_bytes());
    let mut drawn = BTreeSet::new();
    let mut turn = 0_u64;
    while drawn.len() < count {
        let mut bytes = seed.0.to_vec();
        bytes.extend(turn.to_be_bytes());
        let [a, b, c, d, e, f, g, h, ..] = Hash::of(&bytes).0;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        turn += 1;
        // What would make the first places a little likelier than the others is drawn again.
        let fair = u64::MAX - u64::MAX % checkpoint.size;
        if number < fair {
            drawn.insert(number % checkpoint.size);
        }
    }
    drawn
}
