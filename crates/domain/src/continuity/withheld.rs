//! The same figures for somebody who sees no people: small numbers are withheld, and what they could be worked out of.

use super::summary::count;
use super::{Answer, CareState, Count, Figure, Reading, Reason, ReleaseCare, ReleaseFacts, Summary, assess};
use crate::id::PersonId;
use crate::small_numbers;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A number of a [`Summary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Number {
    Releases,
    National(Part),
    Local(Part),
    State(&'static str),
}

/// A number of a [`Count`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Denominator,
    Numerator,
    Uncertain,
    LeftOut,
    UncertainBecause(&'static str),
    LeftOutBecause(&'static str),
}

impl Number {
    /// True for a release that it counts.
    fn counts(self, care: &ReleaseCare) -> bool {
        match self {
            Self::Releases => true,
            Self::National(part) => part.counts(&care.national),
            Self::Local(part) => part.counts(&care.local),
            Self::State(state) => care.state.as_str() == state,
        }
    }
}

impl Part {
    fn counts(self, figure: &Figure) -> bool {
        let uncertain = figure.in_denominator != Answer::No
            && (figure.in_denominator == Answer::Uncertain || figure.in_numerator == Answer::Uncertain);
        match self {
            Self::Denominator => figure.in_denominator == Answer::Yes,
            Self::Numerator => figure.in_denominator == Answer::Yes && figure.in_numerator == Answer::Yes,
            Self::Uncertain => uncertain,
            Self::LeftOut => figure.in_denominator == Answer::No,
            Self::UncertainBecause(why) => uncertain && figure.why == why,
            Self::LeftOutBecause(why) => figure.in_denominator == Answer::No && figure.why == why,
        }
    }
}

/// Counts releases, with whose they are, as they stood at the end of `as_of`. Numbers are `None` where they, or what
/// they leave of others, would tell of fewer than five people ([`small_numbers`]).
pub fn summarise_without_small_numbers<'a>(
    releases: impl IntoIterator<Item = (PersonId, &'a ReleaseFacts)>,
    as_of: Date,
    reading: &Reading,
) -> Summary<Option<u32>> {
    let (people, assessed): (Vec<PersonId>, Vec<ReleaseCare>) = releases
        .into_iter()
        .map(|(person, facts)| (person, assess(facts, as_of, reading)))
        .unzip();
    let counted = count(&assessed);
    let numbers = by_worth(&counted);
    let counts: Vec<Vec<bool>> = numbers
        .iter()
        .map(|number| assessed.iter().map(|care| number.counts(care)).collect())
        .collect();
    let shown = small_numbers::shown(&people, &counts);
    let shown: BTreeSet<Number> = numbers
        .into_iter()
        .zip(shown)
        .filter_map(|(number, shown)| shown.then_some(number))
        .collect();
    let mut told = told(counted, |number, value| shown.contains(&number).then_some(value));
    for figure in [&mut told.national, &mut told.local] {
        if figure.numerator.is_none() || figure.denominator.is_none() {
            figure.percentage = None;
        }
        // The order tells which is more.
        for reasons in [&mut figure.uncertain_because, &mut figure.left_out_because] {
            reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.releases), reason.why));
        }
    }
    told
}

impl From<Summary> for Summary<Option<u32>> {
    /// With nothing withheld.
    fn from(summary: Summary) -> Self {
        told(summary, |_, value| Some(value))
    }
}

/// A part of one of the readings.
type OfReading = fn(Part) -> Number;

/// Every number, what partnerships are judged by first.
fn by_worth(summary: &Summary) -> Vec<Number> {
    let mut numbers = vec![Number::Releases];
    let readings: [(OfReading, &Count); 2] = [
        (Number::National, &summary.national),
        (Number::Local, &summary.local),
    ];
    for part in [Part::Denominator, Part::Numerator] {
        numbers.extend(readings.map(|(number, _)| number(part)));
    }
    numbers.extend(CareState::NAMES.map(Number::State));
    for part in [Part::Uncertain, Part::LeftOut] {
        numbers.extend(readings.map(|(number, _)| number(part)));
    }
    for (number, count) in readings {
        let because = |part: fn(&'static str) -> Part, reasons: &[Reason]| -> Vec<Number> {
            reasons.iter().map(|reason| number(part(reason.why))).collect()
        };
        numbers.extend(because(Part::LeftOutBecause, &count.left_out_because));
        numbers.extend(because(Part::UncertainBecause, &count.uncertain_because));
    }
    numbers
}

fn told<M>(summary: Summary, tell: impl Fn(Number, u32) -> M) -> Summary<M> {
    Summary {
        releases: tell(Number::Releases, summary.releases),
        window_open: tell(Number::State(DUE), summary.window_open),
        by_state: summary
            .by_state
            .into_iter()
            .map(|(state, value)| (state, tell(Number::State(state), value)))
            .collect(),
        national: told_of(summary.national, |part, value| {
            tell(Number::National(part), value)
        }),
        local: told_of(summary.local, |part, value| tell(Number::Local(part), value)),
    }
}

/// Releases whose window is open are those in this state.
const DUE: &str = "due";

fn told_of<M>(count: Count, tell: impl Fn(Part, u32) -> M) -> Count<M> {
    let because = |reasons: Vec<Reason>, part: fn(&'static str) -> Part| -> Vec<Reason<M>> {
        let told = reasons.into_iter().map(|reason| Reason {
            why: reason.why,
            releases: tell(part(reason.why), reason.releases),
        });
        told.collect()
    };
    Count {
        numerator: tell(Part::Numerator, count.numerator),
        denominator: tell(Part::Denominator, count.denominator),
        percentage: count.percentage,
        uncertain: tell(Part::Uncertain, count.uncertain),
        uncertain_because: because(count.uncertain_because, Part::UncertainBecause),
        left_out: tell(Part::LeftOut, count.left_out),
        left_out_because: because(count.left_out_because, Part::LeftOutBecause),
    }
}
