//! Several figures over the same lines in one answer: what each shows is judged beside what the others show.

use super::report::{Number, tell};
use super::{Figure, Indicator, Question, Shown, count};
use crate::id::PersonId;
use crate::rows::{Row, RowKind};
use crate::small_numbers;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is counted: whose, and which line.
type Thing = (PersonId, Uuid);

/// Counts lines for several indicators. With `withheld`, numbers that would tell of fewer than five people, and those by
/// which they could be worked out from any other number of the same answer, are left out: figures of one kind of line
/// sort the same things, so that one figure's denominator less another's numerator is a number too. The first
/// indicators are worth most.
pub fn together(
    indicators: &[Indicator],
    rows: &[(PersonId, &Row)],
    question: &Question,
    withheld: bool,
) -> Vec<Shown> {
    let figures: Vec<Figure> = indicators
        .iter()
        .map(|indicator| count(*indicator, rows.iter().copied(), question))
        .collect();
    if !withheld {
        return figures.iter().map(Shown::from).collect();
    }
    let kinds: BTreeSet<RowKind> = indicators.iter().map(|it| it.counts_rows()).collect();
    let mut told: BTreeMap<(usize, Number), u32> = BTreeMap::new();
    for kind in kinds {
        let of_kind = || (0..indicators.len()).filter(|at| indicators[*at].counts_rows() == kind);
        let things: BTreeSet<Thing> = of_kind()
            .flat_map(|at| &figures[at].entries)
            .map(|entry| (entry.person, entry.row))
            .collect();
        let numbers: Vec<(usize, Number)> = [Number::Denominator, Number::Numerator, Number::Provisional]
            .into_iter()
            .flat_map(|number| of_kind().map(move |at| (at, number)))
            .collect();
        let counts: Vec<Vec<bool>> = numbers
            .iter()
            .map(|(at, number)| {
                let entries = figures[*at].entries.iter().filter(|entry| number.counts(entry));
                let counted: BTreeSet<Thing> = entries.map(|entry| (entry.person, entry.row)).collect();
                things.iter().map(|thing| counted.contains(thing)).collect()
            })
            .collect();
        let people: Vec<PersonId> = things.iter().map(|(person, _)| *person).collect();
        let shown = small_numbers::shown(&people, &counts);
        for ((number, counts), shown) in numbers.into_iter().zip(&counts).zip(shown) {
            if shown {
                let yes = counts.iter().filter(|it| **it).count();
                told.insert(number, u32::try_from(yes).unwrap_or(u32::MAX));
            }
        }
    }
    indicators
        .iter()
        .enumerate()
        .map(|(at, indicator)| {
            tell(indicator.definition().measure, |number| {
                told.get(&(at, number)).copied()
            })
        })
        .collect()
}
