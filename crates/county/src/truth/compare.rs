//! The figures of the domain beside the books: the one file here that asks the domain anything.

use super::books::{Books, INDICATORS, Scope, Tally};
use super::days::{QUARTERS, quarter};
use super::places::{area, directory, service};
use jiff::civil::Date;
use std::collections::BTreeMap;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;
use throughcare_domain::indicators::{Indicator, Measure, Period, Provider, Question, report};
use throughcare_domain::rows::{Row, RowKind, rows};
use throughcare_domain::state::PersonState;

/// As it was true on this day: everything that a figure waits for has happened.
const AS_OF: &str = "2026-12-31";

/// Lines of which figures are made, of everybody.
#[derive(Clone, Debug)]
pub struct Counting {
    directory: Directory,
    lines: BTreeMap<RowKind, Vec<(PersonId, Row)>>,
    as_of: Date,
}

impl Default for Counting {
    fn default() -> Self {
        Self {
            directory: directory(),
            lines: BTreeMap::new(),
            as_of: AS_OF.parse().expect("a day"),
        }
    }
}

/// A figure that is not what the books say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Of which indicator.
    pub indicator: &'static str,
    /// In which quarter, from 0.
    pub quarter: u8,
    /// Of whom.
    pub scope: Scope,
    /// What the books say.
    pub booked: Tally,
    /// What was counted.
    pub counted: Tally,
}

impl Counting {
    /// Folds what was told of somebody, and keeps the lines.
    pub fn take(&mut self, person: PersonId, events: &[RecordedEvent]) {
        let state = PersonState::fold(events);
        for row in rows(&state, &self.directory) {
            let counted = Indicator::all().iter().any(|one| one.counts_rows() == row.kind);
            if counted {
                self.lines.entry(row.kind).or_default().push((person, row));
            }
        }
    }

    /// Every line, to be changed by a test that wants to see a difference.
    pub fn lines_mut(&mut self) -> impl Iterator<Item = &mut Vec<(PersonId, Row)>> {
        self.lines.values_mut()
    }

    /// What is counted.
    pub fn counted(&self, indicator: Indicator, of: u8, scope: Scope) -> Tally {
        let (from, to) = quarter(of);
        let question = Question {
            period: Period {
                from: from.parse().expect("a day"),
                to: to.parse().expect("a day"),
            },
            as_of: self.as_of,
            provider: match scope {
                Scope::Service(place) => Some(Provider::Service(service(place))),
                Scope::All | Scope::Area(_) => None,
            },
        };
        let lines = self.lines.get(&indicator.counts_rows()).into_iter().flatten();
        let lines = lines.filter(|(_, row)| match scope {
            Scope::Area(place) => row.area.as_ref() == Some(&area(place)),
            // As they are served: a service's own lines.
            Scope::Service(place) => row.service.as_ref() == Some(&service(place)),
            Scope::All => true,
        });
        let shown = report(
            indicator,
            lines.map(|(person, row)| (*person, row)),
            &question,
            None,
            false,
        )
        .whole;
        Tally {
            yes: shown.numerator.unwrap_or(0),
            asked: shown.denominator.unwrap_or(0),
        }
    }

    /// Every figure that is not what the books say. A progress is told after each indicator.
    pub fn differences(&self, books: &Books, mut progress: impl FnMut(&'static str)) -> Vec<Difference> {
        let mut found = Vec::new();
        for indicator in Indicator::all() {
            let Some(name) = INDICATORS.into_iter().find(|name| *name == indicator.id()) else {
                continue;
            };
            let plain = indicator.definition().measure == Measure::Count;
            let is_release = indicator.counts_rows() == RowKind::Release;
            for quarter in 0..QUARTERS {
                for scope in Scope::all() {
                    if is_release && matches!(scope, Scope::Service(_)) {
                        continue;
                    }
                    let booked = books.answer(name, quarter, scope);
                    let counted = self.counted(*indicator, quarter, scope);
                    let same = booked.yes == counted.yes && (plain || booked.asked == counted.asked);
                    if !same {
                        found.push(Difference {
                            indicator: name,
                            quarter,
                            scope,
                            booked,
                            counted,
                        });
                    }
                }
            }
            progress(name);
        }
        found
    }
}
