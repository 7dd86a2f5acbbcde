//! From lines to a figure.

use super::{Counted, Counts, Indicator, Interval, Measure, Question, wilson};
use crate::continuity::percentage;
use crate::id::PersonId;
use crate::rows::Row;
use std::cmp::Reverse;
use std::collections::{BTreeMap, btree_map};
use uuid::Uuid;

/// One thing that a figure counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub person: PersonId,
    /// The line.
    pub row: Uuid,
    /// How it counts.
    pub counted: Counted,
}

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Among these the answer is yes; of a plain count, all.
    pub numerator: u32,
    /// Of these the question is asked; `None` for a plain count.
    pub denominator: Option<u32>,
    /// In percent to one decimal, halves away from zero; `None` for a plain count, and where nothing is counted.
    pub percentage: Option<f64>,
    /// The interval of 95 % around it.
    pub interval: Option<Interval>,
    /// How many of those counted what is still to come can change.
    pub provisional: u32,
    /// What was counted, by person and line.
    pub entries: Vec<Entry>,
}

/// Counts lines. Each thing is there once, whatever lines of services it has: lines that are not primary count only where
/// a provider is asked for.
///
/// Where people are counted, somebody counts once, by the line that opened last.
pub fn count<'a>(
    indicator: Indicator,
    rows: impl IntoIterator<Item = (PersonId, &'a Row)>,
    question: &Question,
) -> Figure {
    let entries = behind(indicator, rows, question);
    figure(
        indicator.definition().measure,
        entries.into_iter().map(|(entry, _)| entry).collect(),
    )
}

/// What stands behind a figure: each thing counted with its line, in order of person and line.
pub fn behind<'a>(
    indicator: Indicator,
    rows: impl IntoIterator<Item = (PersonId, &'a Row)>,
    question: &Question,
) -> Vec<(Entry, &'a Row)> {
    let definition = indicator.definition();
    let mut found: BTreeMap<(PersonId, Uuid), (Entry, &Row)> = BTreeMap::new();
    let rank = |row: &Row| (row.opened_on, row.id, row.primary, Reverse(row.service.clone()));
    for (person, row) in rows {
        if row.kind != indicator.counts_rows() || (question.provider.is_none() && !row.primary) {
            continue;
        }
        let Some(counted) = indicator.judge(row, question) else {
            continue;
        };
        let id = match definition.counts {
            Counts::People => Uuid::nil(),
            _ => row.id,
        };
        let entry = Entry {
            person,
            row: row.id,
            counted,
        };
        match found.entry((person, id)) {
            btree_map::Entry::Vacant(free) => {
                free.insert((entry, row));
            }
            btree_map::Entry::Occupied(mut taken) => {
                if rank(taken.get().1) < rank(row) {
                    taken.insert((entry, row));
                }
            }
        }
    }
    found.into_values().collect()
}

fn figure(measure: Measure, entries: Vec<Entry>) -> Figure {
    let number = |which: fn(&Counted) -> bool| {
        let count = entries.iter().filter(|entry| which(&entry.counted)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let numerator = number(|counted| counted.in_numerator);
    let provisional = number(|counted| counted.provisional);
    let denominator = (measure == Measure::Percentage).then(|| number(|_| true));
    Figure {
        numerator,
        denominator,
        percentage: denominator.and_then(|all| percentage(numerator, all)),
        interval: denominator.and_then(|all| wilson(numerator, all)),
        provisional,
        entries,
    }
}
