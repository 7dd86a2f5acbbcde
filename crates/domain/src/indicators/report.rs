//! A figure and its parts as they are shown: all of it, or without small numbers.

use super::{Breakdown, Entry, Figure, Indicator, Interval, Measure, Question, count, wilson};
use crate::continuity::percentage;
use crate::id::PersonId;
use crate::rows::Row;
use crate::small_numbers;
use std::collections::BTreeMap;

/// A figure as it is shown. A number that is `None` is withheld.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Among these the answer is yes; of a plain count, all.
    pub numerator: Option<u32>,
    /// Of these the question is asked; of a plain count the same as the numerator.
    pub denominator: Option<u32>,
    /// In percent; of a plain count, of nothing, and where one of the two is withheld, `None`.
    pub percentage: Option<f64>,
    /// The interval of 95 % around it.
    pub interval: Option<Interval>,
    /// How many of those counted what is still to come can change.
    pub provisional: Option<u32>,
}

/// A figure and its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The whole.
    pub whole: Shown,
    /// Its parts, in order of their names; empty where none were asked for.
    pub parts: BTreeMap<String, Shown>,
}

/// What a number counts: everything, or one part.
type Part<'a> = Option<&'a str>;

/// Counts lines, and parts of them. With `withheld`, numbers that would tell of fewer than five people, and those by
/// which they could be worked out, are left out: the whole is worth most, then its parts.
pub fn report<'a>(
    indicator: Indicator,
    rows: impl IntoIterator<Item = (PersonId, &'a Row)>,
    question: &Question,
    breakdown: Option<Breakdown>,
    withheld: bool,
) -> Report {
    let rows: Vec<_> = rows.into_iter().collect();
    let whole = count(indicator, rows.iter().copied(), question);
    let part_of: BTreeMap<_, _> = rows
        .iter()
        .filter(|(_, row)| question.provider.is_some() || row.primary)
        .filter_map(|(person, row)| Some(((*person, row.id), breakdown?.part(row, question))))
        .collect();
    let of = |entry: &Entry| part_of.get(&(entry.person, entry.row)).map(String::as_str);
    let mut names: Vec<&str> = whole.entries.iter().filter_map(of).collect();
    names.sort_unstable();
    names.dedup();
    let parts = std::iter::once(None).chain(names.iter().map(|name| Some(*name)));
    let numbers: Vec<(Part<'_>, Number)> = parts
        .clone()
        .flat_map(|part| [Number::Denominator, Number::Numerator].map(|number| (part, number)))
        .chain(parts.map(|part| (part, Number::Provisional)))
        .collect();
    let counts: Vec<Vec<bool>> = numbers
        .iter()
        .map(|(part, number)| {
            let counts =
                |entry: &Entry| part.is_none_or(|part| of(entry) == Some(part)) && number.counts(entry);
            whole.entries.iter().map(counts).collect()
        })
        .collect();
    let people: Vec<_> = whole.entries.iter().map(|entry| entry.person).collect();
    let shown = if withheld {
        small_numbers::shown(&people, &counts)
    } else {
        vec![true; counts.len()]
    };
    let told: BTreeMap<(Part<'_>, Number), u32> = numbers
        .iter()
        .zip(&counts)
        .zip(shown)
        .filter(|(_, shown)| *shown)
        .map(|((number, counts), _)| {
            let yes = counts.iter().filter(|counts| **counts).count();
            (*number, u32::try_from(yes).unwrap_or(u32::MAX))
        })
        .collect();
    let measure = indicator.definition().measure;
    let part = |part: Part<'_>| tell(measure, |number| told.get(&(part, number)).copied());
    Report {
        whole: part(None),
        parts: names
            .iter()
            .map(|name| ((*name).to_owned(), part(Some(name))))
            .collect(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    Denominator,
    Numerator,
    Provisional,
}

impl Number {
    pub(super) fn counts(self, entry: &Entry) -> bool {
        match self {
            Self::Denominator => true,
            Self::Numerator => entry.counted.in_numerator,
            Self::Provisional => entry.counted.provisional,
        }
    }
}

pub(super) fn tell(measure: Measure, told: impl Fn(Number) -> Option<u32>) -> Shown {
    let (numerator, denominator) = (told(Number::Numerator), told(Number::Denominator));
    let both = numerator
        .zip(denominator)
        .filter(|_| measure == Measure::Percentage);
    Shown {
        numerator,
        denominator,
        percentage: both.and_then(|(yes, all)| percentage(yes, all)),
        interval: both.and_then(|(yes, all)| wilson(yes, all)),
        provisional: told(Number::Provisional),
    }
}

impl From<&Figure> for Shown {
    /// With nothing withheld.
    fn from(figure: &Figure) -> Self {
        Self {
            numerator: Some(figure.numerator),
            denominator: Some(figure.denominator.unwrap_or(figure.numerator)),
            percentage: figure.percentage,
            interval: figure.interval,
            provisional: Some(figure.provisional),
        }
    }
}
