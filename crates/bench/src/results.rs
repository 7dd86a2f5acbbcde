//! What was measured, and the figures made of it.

use crate::plan::Case;
use crate::spent::Spent;
use bench_load::{Measured, median};
use std::collections::BTreeMap;

/// Failed rounds after which a system is not asked again.
const MOST_FAILURES: usize = 3;

/// Every round of every system in every case.
#[derive(Default)]
pub struct Results {
    rounds: BTreeMap<(Case, &'static str), BTreeMap<usize, Measured>>,
    spent: BTreeMap<(Case, &'static str), Vec<Spent>>,
    failures: Vec<(&'static str, String)>,
}

/// The figures of one system in one case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Median of the rounds' rates: events or streams a second.
    pub rate: f64,
    /// Median of the rounds' medians, in milliseconds.
    pub p50_ms: f64,
    /// Median of the rounds' 99th percentiles, in milliseconds.
    pub p99_ms: f64,
    /// Refusals without reason for each operation, over all rounds.
    pub refused: f64,
    /// Operations that failed for good, over all rounds.
    pub failed: u64,
}

impl Results {
    /// Adds a round.
    pub fn add(&mut self, case: Case, system: &'static str, round: usize, measured: Measured) {
        self.rounds
            .entry((case, system))
            .or_default()
            .insert(round, measured);
    }

    /// Adds what an event cost in a round, where that can be told.
    pub fn spend(&mut self, case: Case, system: &'static str, each: Option<Spent>) {
        self.spent.entry((case, system)).or_default().extend(each);
    }

    /// What an event costs: the median of the rounds, for each place where it is spent.
    pub fn spent(&self, case: Case, system: &str) -> Option<Spent> {
        let mut found = self.spent.iter();
        let (_, rounds) = found.find(|((of, name), _)| *of == case && *name == system)?;
        let over = |value: fn(&Spent) -> f64| median(&rounds.iter().map(value).collect::<Vec<_>>());
        Some(Spent {
            here: over(|each| each.here)?,
            programs: over(|each| each.programs)?,
            postgres: over(|each| each.postgres)?,
        })
    }

    /// Notes what could not be measured, and why.
    pub fn fail(&mut self, system: &'static str, why: String) {
        self.failures.push((system, why));
    }

    /// What could not be measured.
    pub fn failures(&self) -> &[(&'static str, String)] {
        &self.failures
    }

    /// Whether a system has failed so often that it is not asked again.
    pub fn gave_up(&self, system: &str) -> bool {
        self.failures.iter().filter(|(name, _)| *name == system).count() >= MOST_FAILURES
    }

    /// The figures of a system; `None` when it has no round of the case.
    pub fn figures(&self, case: Case, system: &str) -> Option<Figures> {
        let rounds = self.rounds_of(case, system)?;
        let over = |value: fn(&Measured) -> f64| median(&rounds.values().map(value).collect::<Vec<_>>());
        let operations: u64 = rounds.values().map(|round| round.operations).sum();
        let refused: u64 = rounds.values().map(|round| round.refused).sum();
        Some(Figures {
            rate: over(|round| round.rate)?,
            p50_ms: over(|round| round.p50_us as f64)? / 1e3,
            p99_ms: over(|round| round.p99_us as f64)? / 1e3,
            refused: refused as f64 / operations.max(1) as f64,
            failed: rounds.values().map(|round| round.failed).sum(),
        })
    }

    /// A system's rate to another's: the median of the ratios of each round, so that what slowed a whole round
    /// leaves it as it was.
    pub fn ratio(&self, case: Case, system: &str, to: &str) -> Option<f64> {
        let (rounds, base) = (self.rounds_of(case, system)?, self.rounds_of(case, to)?);
        let ratios: Vec<_> = rounds
            .iter()
            .filter_map(|(round, measured)| Some((measured.rate, base.get(round)?.rate)))
            .filter(|(_, base)| *base > 0.0)
            .map(|(rate, base)| rate / base)
            .collect();
        median(&ratios)
    }

    fn rounds_of(&self, case: Case, system: &str) -> Option<&BTreeMap<usize, Measured>> {
        self.rounds
            .iter()
            .find(|((of, name), _)| *of == case && *name == system)
            .map(|(_, rounds)| rounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(rate: f64) -> Measured {
        Measured {
            rate,
            p50_us: 500,
            p99_us: 2_000,
            operations: 100,
            refused: 25,
            failed: 0,
        }
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        let (case, mut results) = (Case::append(8, 1), Results::default());
        // The second round was slow for everyone, the third only for the raw limit.
        for (round, (raw, log)) in [(1_000.0, 500.0), (100.0, 50.0), (200.0, 400.0)]
            .into_iter()
            .enumerate()
        {
            results.add(case, "raw", round, measured(raw));
            results.add(case, "log", round, measured(log));
        }
        assert_eq!(results.ratio(case, "log", "raw"), Some(0.5));
        assert_eq!(results.figures(case, "log").unwrap().rate, 400.0);
        assert_eq!(results.figures(case, "log").unwrap().p99_ms, 2.0);
        assert_eq!(results.figures(case, "log").unwrap().refused, 0.25);
    }

    #[test]
    fn a_round_that_one_of_the_two_missed_does_not_count() {
        let (case, mut results) = (Case::append(1, 1), Results::default());
        results.add(case, "raw", 0, measured(100.0));
        results.add(case, "log", 1, measured(100.0));
        assert_eq!(results.ratio(case, "log", "raw"), None);
        assert_eq!(results.ratio(case, "log", "nobody"), None);
        assert_eq!(results.figures(Case::append(8, 1), "log"), None);
    }
}
