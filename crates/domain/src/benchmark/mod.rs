//! Published values by which an area is compared: England's, its neighbours', its own.
//!
//! They come from publications and not from the log, so each says where it stands and since when. What was loaded is
//! never changed: a newer value stands beside it, and counts for whoever asks as of then.
//!
//! Source: `domain.md` section 7 (spine chart).

mod file;
mod standing;

pub use file::{MOST_FILE_BYTES, MOST_LINES, MOST_NEIGHBOURS, Neighbours, benchmarks, neighbours};
pub use standing::{Beside, Compared, Direction, Standing, standing};

use crate::code::AreaCode;
use crate::indicators::Period;
use crate::when::days_between;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many days longer or shorter a period may be to count as one of the same kind: quarters have 90 to 92.
const SAME_LENGTH_DAYS: i32 = 5;
/// Days after its period's end at which a published value is compared no more.
const TOO_OLD_DAYS: i32 = 731;

/// Whose a published value is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// All of England.
    England,
    /// One authority's.
    Area(AreaCode),
    /// The neighbours' of this authority together, as published.
    NeighboursOf(AreaCode),
}

impl Whose {
    /// Reads `england`, the code of an authority, or `neighbours:` and a code.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "england" => Some(Self::England),
            None => AreaCode::parse(text).ok().map(Self::Area),
            Some(("neighbours", code)) => AreaCode::parse(code).ok().map(Self::NeighboursOf),
            Some(_) => None,
        }
    }
}

impl std::fmt::Display for Whose {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::England => out.write_str("england"),
            Self::Area(code) => out.write_str(code.as_str()),
            Self::NeighboursOf(code) => write!(out, "neighbours:{code}"),
        }
    }
}

/// A published value.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// The indicator that it is comparable with.
    pub indicator: String,
    /// Whose.
    pub whose: Whose,
    /// Of which days.
    pub period: Period,
    /// The value: in percent for a percentage, else a number.
    pub value: f64,
    /// Of how many, where published.
    pub numerator: Option<u32>,
    /// Among how many, where published.
    pub denominator: Option<u32>,
    /// The publication.
    pub source: String,
    /// When it was published.
    pub published_on: Date,
}

/// Of which period published values are compared with figures of `asked`: the last one of about the same length that is
/// over by its end and not more than two years older (own reading: publications trail). All of a row are of one period,
/// because a rank among values of different years would be none.
pub fn comparable(asked: Period, published: impl IntoIterator<Item = Period>) -> Option<Period> {
    let length = |period: Period| days_between(period.from, period.to);
    published
        .into_iter()
        .filter(|period| {
            (length(*period) - length(asked)).abs() <= SAME_LENGTH_DAYS
                && period.to <= asked.to
                && days_between(period.to, asked.to) <= TOO_OLD_DAYS
        })
        .max_by_key(|period| (period.to, period.from))
}

/// What one indicator of an area is compared with, all of one period.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedWith {
    /// The period.
    pub period: Period,
    /// England's value.
    pub england: Option<Benchmark>,
    /// The neighbours' together, as published.
    pub mean: Option<Benchmark>,
    /// Each neighbour's.
    pub neighbours: Vec<Benchmark>,
}

impl ComparedWith {
    /// Sorts published values by indicator, for figures of a period.
    pub fn of(period: Period, published: Vec<Benchmark>) -> BTreeMap<String, Self> {
        let mut by_indicator: BTreeMap<String, Vec<Benchmark>> = BTreeMap::new();
        for one in published {
            by_indicator.entry(one.indicator.clone()).or_default().push(one);
        }
        let compared = by_indicator.into_iter().filter_map(|(indicator, all)| {
            let of = comparable(period, all.iter().map(|it| it.period))?;
            let mut compared = Self {
                period: of,
                england: None,
                mean: None,
                neighbours: Vec::new(),
            };
            for one in all.into_iter().filter(|it| it.period == of) {
                match one.whose {
                    Whose::England => compared.england = Some(one),
                    Whose::NeighboursOf(_) => compared.mean = Some(one),
                    Whose::Area(_) => compared.neighbours.push(one),
                }
            }
            Some((indicator, compared))
        });
        compared.collect()
    }

    /// Every publication that it rests on, with its day, in words.
    pub fn sources(&self) -> impl Iterator<Item = String> {
        let all = self.england.iter().chain(&self.mean).chain(&self.neighbours);
        all.map(|it| format!("{} ({})", it.source, it.published_on))
    }
}

/// What is to be reached of an indicator, in percent, and by whom it was set.
///
/// Source: `domain.md` section 2 (the national ambition for continuity of care).
pub fn target(indicator: &str) -> Option<(f64, &'static str)> {
    (indicator == "continuity_national").then_some((75.0, "national ambition"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(from: Date, to: Date) -> Period {
        Period { from, to }
    }

    #[test]
    fn whose_it_is_reads_back() {
        for text in ["england", "E06000035", "neighbours:E06000035"] {
            assert_eq!(Whose::parse(text).unwrap().to_string(), text);
        }
        for odd in ["", "England ", "neighbours:", "wales:E06000035", "e06"] {
            assert_eq!(Whose::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_quarter_is_compared_with_the_last_quarter_published() {
        let asked = period(date(2026, 4, 1), date(2026, 6, 30));
        let last = period(date(2025, 10, 1), date(2025, 12, 31));
        let before = period(date(2025, 7, 1), date(2025, 9, 30));
        let year = period(date(2025, 4, 1), date(2026, 3, 31));
        let later = period(date(2026, 7, 1), date(2026, 9, 30));
        let old = period(date(2024, 1, 1), date(2024, 3, 31));
        assert_eq!(comparable(asked, [before, last, year, later, old]), Some(last));
        assert_eq!(comparable(asked, [year, later, old]), None);
    }
}
