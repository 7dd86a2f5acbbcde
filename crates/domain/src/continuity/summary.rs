//! Counting releases: numerator, denominator and percentage, and everything that was left out or is
//! uncertain, with its reason, so that a reader can check.
//!
//! Source: `cases.md` C7 (the unit is the release) and "Figures that the papers print".

use super::{Answer, CareState, Figure, Reading, ReleaseCare, ReleaseFacts, assess};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A reason and how many releases it explains. A number is `u32`, or `Option<u32>` where small ones are withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason<N = u32> {
    /// The reason, in words for staff.
    pub why: &'static str,
    /// How many releases.
    pub releases: N,
}

/// One figure over many releases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count<N = u32> {
    /// Releases that certainly count, and were picked up as this reading means it.
    pub numerator: N,
    /// Releases that certainly count.
    pub denominator: N,
    /// Numerator over denominator in percent, to one decimal, halves away from zero; `None` when nothing
    /// counts.
    pub percentage: Option<f64>,
    /// Releases of which it is uncertain whether they belong, or whether they were picked up. The latter are
    /// in the denominator and not in the numerator.
    pub uncertain: N,
    /// Why they are uncertain.
    pub uncertain_because: Vec<Reason<N>>,
    /// Releases left out.
    pub left_out: N,
    /// Why they are left out.
    pub left_out_because: Vec<Reason<N>>,
}

/// Both readings over the same releases.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary<N = u32> {
    /// How many releases were looked at.
    pub releases: N,
    /// Of those that count in either reading, how many have days of their window left and are not yet
    /// picked up: the figures are provisional by that many.
    pub window_open: N,
    /// How many releases stand in each state (`CareState::as_str`).
    pub by_state: BTreeMap<&'static str, N>,
    /// The national reading.
    pub national: Count<N>,
    /// The local reading.
    pub local: Count<N>,
}

/// Counts releases as they stood at the end of `as_of`.
pub fn summarise<'a>(
    releases: impl IntoIterator<Item = &'a ReleaseFacts>,
    as_of: Date,
    reading: &Reading,
) -> Summary {
    let assessed: Vec<ReleaseCare> = releases
        .into_iter()
        .map(|facts| assess(facts, as_of, reading))
        .collect();
    count(&assessed)
}

/// Counts releases of which is known where they stand.
pub(super) fn count(assessed: &[ReleaseCare]) -> Summary {
    let mut by_state = BTreeMap::new();
    for care in assessed {
        *by_state.entry(care.state.as_str()).or_insert(0) += 1;
    }
    let open = assessed
        .iter()
        .filter(|care| matches!(care.state, CareState::Due { .. }));
    Summary {
        releases: number(assessed.len()),
        window_open: number(open.count()),
        by_state,
        national: Count::of(assessed.iter().map(|care| &care.national)),
        local: Count::of(assessed.iter().map(|care| &care.local)),
    }
}

impl Count {
    fn of<'a>(figures: impl Iterator<Item = &'a Figure>) -> Self {
        let mut count = Self::default();
        let mut uncertain = BTreeMap::new();
        let mut left_out = BTreeMap::new();
        for figure in figures {
            match (figure.in_denominator, figure.in_numerator) {
                (Answer::No, _) => {
                    count.left_out += 1;
                    *left_out.entry(figure.why).or_insert(0) += 1;
                    continue;
                }
                (Answer::Yes, numerator) => {
                    count.denominator += 1;
                    count.numerator += u32::from(numerator == Answer::Yes);
                }
                (Answer::Uncertain, _) => {}
            }
            if figure.in_denominator == Answer::Uncertain || figure.in_numerator == Answer::Uncertain {
                count.uncertain += 1;
                *uncertain.entry(figure.why).or_insert(0) += 1;
            }
        }
        count.percentage = percentage(count.numerator, count.denominator);
        count.uncertain_because = reasons(uncertain);
        count.left_out_because = reasons(left_out);
        count
    }
}

/// Percentage to one decimal, halves away from zero; `None` when there is nothing to divide by.
pub fn percentage(numerator: u32, denominator: u32) -> Option<f64> {
    let (top, bottom) = (u64::from(numerator), u64::from(denominator));
    if bottom == 0 {
        return None;
    }
    // Whole tenths first: binary fractions would round some halves down.
    let tenths = (top * 2000 + bottom) / (bottom * 2);
    #[expect(
        clippy::cast_precision_loss,
        reason = "tenths of a percentage of 32-bit numbers fit exactly"
    )]
    Some(tenths as f64 / 10.0)
}

/// The most frequent reason first.
fn reasons(counted: BTreeMap<&'static str, u32>) -> Vec<Reason> {
    let mut reasons: Vec<_> = counted
        .into_iter()
        .map(|(why, releases)| Reason { why, releases })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.releases));
    reasons
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
