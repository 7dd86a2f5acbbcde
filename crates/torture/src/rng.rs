//! Chance that can be repeated: every task of a drill has a generator of its own, drawn from the seed and its number,
//! so that what a task does does not depend on how tasks are scheduled.

pub use rand::RngExt;
use rand::SeedableRng as _;
pub use rand_chacha::ChaCha8Rng as Dice;

/// The generator of one task.
pub fn dice(seed: u64, task: u64) -> Dice {
    let mut dice = Dice::seed_from_u64(seed);
    dice.set_stream(task);
    dice
}
