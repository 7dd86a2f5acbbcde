//! Chance, from a person's own generator. Integers only where it matters: no logarithm whose last bit
//! differs between machines.

use jiff::{ToSpan, civil::Date};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

/// A person's own chance.
pub(crate) struct Dice(ChaCha8Rng);

/// The seed of a person's generators.
pub(crate) fn seed_of(county: u64, person: u32) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&county.to_le_bytes());
    seed[8..12].copy_from_slice(&person.to_le_bytes());
    seed[12..].copy_from_slice(b"throughcare county 1");
    seed
}

/// The seed of what was added to stories later, so that the rest of a county stays as it was.
pub(crate) fn other_seed_of(county: u64, person: u32) -> [u8; 32] {
    let mut seed = seed_of(county, person);
    seed[12..].copy_from_slice(b"throughcare county 2");
    seed
}

impl Dice {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// True in this share of cases, in percent.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// True in this share of cases, in thousandths.
    pub(crate) fn permille(&mut self, permille: u32) -> bool {
        self.0.random_range(0..1_000) < permille
    }

    pub(crate) fn number(&mut self, range: RangeInclusive<i32>) -> i32 {
        self.0.random_range(range)
    }

    /// A day so many days after another.
    pub(crate) fn after(&mut self, day: Date, days: RangeInclusive<i32>) -> Date {
        let days = self.number(days);
        later(day, days)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.0.random_range(0..from.len() as u32) as usize]
    }

    /// One of several, by weight.
    pub(crate) fn weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> T {
        let whole: u32 = from.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.0.random_range(0..whole);
        for (value, weight) in from {
            if drawn < *weight {
                return *value;
            }
            drawn -= weight;
        }
        from[0].0
    }
}

/// A day so many days later, or earlier.
pub(crate) fn later(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}
