//! Where a figure stands beside published ones: one judgement for the table, the picture and the JSON.

use crate::indicators::{Better, Interval};

/// A figure beside a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compared {
    /// Better, by more than chance.
    Better,
    /// Worse, by more than chance.
    Worse,
    /// Not different by more than chance.
    Similar,
    /// Higher by more than chance, where neither direction is good.
    Higher,
    /// Lower by more than chance, where neither direction is good.
    Lower,
    /// Nothing to compare, or no interval.
    NotCompared,
}

impl Compared {
    /// Its name in words and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Similar => "similar",
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NotCompared => "not_compared",
        }
    }

    /// Compares by whether the interval of 95 % holds the benchmark.
    ///
    /// Source: `domain.md` section 7 (Wilson intervals); the method of public-health profiles (Fingertips, "compared
    /// to benchmark" by overlap of the 95 % interval).
    pub fn of(interval: Option<Interval>, benchmark: Option<f64>, better: Better) -> Self {
        let Some((interval, benchmark)) = interval.zip(benchmark) else {
            return Self::NotCompared;
        };
        let above = interval.low > benchmark;
        let below = interval.high < benchmark;
        match (above, below, better) {
            (true, _, Better::Higher) | (_, true, Better::Lower) => Self::Better,
            (true, _, Better::Lower) | (_, true, Better::Higher) => Self::Worse,
            (true, _, Better::Neither) => Self::Higher,
            (_, true, Better::Neither) => Self::Lower,
            (false, false, _) => Self::Similar,
        }
    }
}

/// Which way a figure went since the period before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It rose.
    Up,
    /// It fell.
    Down,
    /// It is the same.
    Level,
}

impl Direction {
    /// Its name in words and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Level => "level",
        }
    }
}

/// Where a figure stands. Of a figure that is withheld nothing is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Beside England, and without it beside the neighbours' mean.
    pub compared: Compared,
    /// The neighbours' mean, each the same weight, unless published.
    pub mean: Option<f64>,
    /// The least of the neighbours.
    pub least: Option<f64>,
    /// The most of the neighbours.
    pub most: Option<f64>,
    /// The place among the neighbours and oneself, 1 the best (where neither is good, the highest). Equals share a place.
    pub rank: Option<u32>,
    /// How many are ranked.
    pub ranked: Option<u32>,
    /// Since the period before.
    pub direction: Option<Direction>,
}

/// What a figure stands beside.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// England's value.
    pub england: Option<f64>,
    /// The neighbours' mean as published.
    pub published_mean: Option<f64>,
    /// Each neighbour's value.
    pub neighbours: &'a [f64],
    /// The figure of the period before; `None` where there is none, or it is withheld.
    pub before: Option<f64>,
}

/// Where a figure stands; `value` is `None` where it is withheld, or there is none.
pub fn standing(
    value: Option<f64>,
    interval: Option<Interval>,
    better: Better,
    beside: &Beside<'_>,
) -> Standing {
    let all = beside.neighbours;
    let least = all.iter().copied().min_by(f64::total_cmp);
    let most = all.iter().copied().max_by(f64::total_cmp);
    let mean = beside.published_mean.or_else(|| {
        let count = u32::try_from(all.len()).ok().filter(|count| *count > 0)?;
        Some(all.iter().sum::<f64>() / f64::from(count))
    });
    let ahead = |other: f64, value: f64| match better {
        Better::Higher | Better::Neither => other > value,
        Better::Lower => other < value,
    };
    let place = value.filter(|_| !all.is_empty()).map(|value| {
        let before = all.iter().filter(|other| ahead(**other, value)).count();
        (small(before) + 1, small(all.len()) + 1)
    });
    let direction = value
        .zip(beside.before)
        .map(|(now, before)| match now.total_cmp(&before) {
            std::cmp::Ordering::Greater => Direction::Up,
            std::cmp::Ordering::Less => Direction::Down,
            std::cmp::Ordering::Equal => Direction::Level,
        });
    Standing {
        compared: Compared::of(
            interval.filter(|_| value.is_some()),
            beside.england.or(mean),
            better,
        ),
        mean,
        least,
        most,
        rank: place.map(|(rank, _)| rank),
        ranked: place.map(|(_, of)| of),
        direction,
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::wilson;

    fn beside(neighbours: &[f64]) -> Beside<'_> {
        Beside {
            england: Some(50.0),
            published_mean: None,
            neighbours,
            before: Some(40.0),
        }
    }

    #[test]
    fn more_than_chance_and_the_right_way_is_better() {
        let far = wilson(80, 100);
        let near = wilson(52, 100);
        for (interval, better, expected) in [
            (far, Better::Higher, Compared::Better),
            (far, Better::Lower, Compared::Worse),
            (far, Better::Neither, Compared::Higher),
            (wilson(20, 100), Better::Lower, Compared::Better),
            (wilson(20, 100), Better::Higher, Compared::Worse),
            (wilson(20, 100), Better::Neither, Compared::Lower),
            (near, Better::Higher, Compared::Similar),
            (None, Better::Higher, Compared::NotCompared),
        ] {
            assert_eq!(Compared::of(interval, Some(50.0), better), expected);
        }
        assert_eq!(Compared::of(far, None, Better::Higher), Compared::NotCompared);
    }

    #[test]
    fn the_best_is_first_whichever_way_is_good() {
        let others = [10.0, 30.0, 30.0, 50.0];
        let rank = |value, better| standing(Some(value), None, better, &beside(&others)).rank;
        assert_eq!(rank(30.0, Better::Higher), Some(2));
        assert_eq!(rank(30.0, Better::Lower), Some(2));
        assert_eq!(rank(60.0, Better::Higher), Some(1));
        assert_eq!(rank(60.0, Better::Lower), Some(5));
        let stands = standing(Some(30.0), None, Better::Higher, &beside(&others));
        assert_eq!(
            (stands.mean, stands.least, stands.most),
            (Some(30.0), Some(10.0), Some(50.0))
        );
        assert_eq!(
            (stands.ranked, stands.direction),
            (Some(5), Some(Direction::Down))
        );
    }

    #[test]
    fn of_what_is_withheld_nothing_is_said() {
        let stands = standing(None, wilson(3, 9), Better::Higher, &beside(&[10.0, 20.0]));
        assert_eq!(stands.compared, Compared::NotCompared);
        assert_eq!((stands.rank, stands.ranked, stands.direction), (None, None, None));
    }

    #[test]
    fn a_published_mean_goes_before_a_computed_one() {
        let of = Beside {
            published_mean: Some(33.0),
            ..beside(&[10.0, 20.0])
        };
        assert_eq!(standing(Some(1.0), None, Better::Lower, &of).mean, Some(33.0));
    }
}
