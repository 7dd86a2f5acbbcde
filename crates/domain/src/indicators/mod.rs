//! The figures by which partnerships are judged: what each counts, and how it is counted.
//!
//! What a figure means stands in `definitions.csv`; the rules are code, one function each, over lines of
//! [`crate::rows`] that say what happened to one person. A rule says of a line whether it counts among those of whom the
//! question is asked, whether the answer is yes, and whether what is still to come can change that. So a figure can be
//! asked for any period, as it was true on any day and as it was known at any position of the log, and who counts can
//! be listed.
//!
//! Source: `domain.md` sections 2 and 3.

mod all;
mod breakdown;
mod bullseye;
mod comparison;
mod definition;
mod figure;
mod harm;
mod interval;
mod journeys;
mod justice;
mod naloxone;
mod passages;
mod profiles;
mod question;
mod rate;
mod referrals;
mod releases;
mod report;
#[cfg(test)]
mod tests;
mod together;
mod waiting_list;
mod young;

pub use breakdown::Breakdown;
pub use bullseye::{Bullseye, Ring, bullseye};
pub use comparison::{Comparison, Differs, ThingKey, compare, key_of, standing};
pub use definition::{Better, Counts, Definition, Measure};
pub use figure::{Entry, Figure, behind, count};
pub use interval::{Interval, wilson};
pub use question::{Period, Provider, Question};
pub use rate::{Among, ESTIMATES, Estimate, POPULATIONS, Population, Rate, rate};
pub use report::{Report, Shown, report};
pub use together::together;

use crate::rows::{Row, RowKind};

/// An indicator.
#[derive(Clone, Copy, Debug)]
pub struct Indicator {
    id: &'static str,
    kind: RowKind,
    /// True where the period holds another day than that on which a line opens: of use, of an end.
    looks_back: bool,
    rule: Rule,
}

/// The one passage that is a service's: the prison's treatment service.
const INTO_PRISON: &str = "continuity_into_prison";

type Rule = fn(&Row, &Question) -> Option<Counted>;

/// How a thing counts of which the question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Counted {
    /// The answer is yes.
    pub in_numerator: bool,
    /// What is still to come can change the answer: the figure is provisional by it.
    pub provisional: bool,
}

impl Counted {
    fn settled(in_numerator: bool) -> Self {
        Self {
            in_numerator,
            provisional: false,
        }
    }

    fn open(in_numerator: bool) -> Self {
        Self {
            in_numerator,
            provisional: true,
        }
    }
}

/// Whether a line is of the provider asked for. A journey says itself whose its parts are.
fn asked(row: &Row, question: &Question) -> bool {
    match &question.provider {
        None => true,
        Some(Provider::Service(service)) => row.service.as_ref() == Some(service),
        Some(Provider::Organisation(organisation)) => row.organisation.as_ref() == Some(organisation),
    }
}

impl Indicator {
    /// Every indicator, in the order of their definitions.
    pub fn all() -> &'static [Self] {
        &all::ALL
    }

    /// Finds one by its name.
    pub fn find(id: &str) -> Option<Self> {
        all::ALL.iter().copied().find(|indicator| indicator.id == id)
    }

    /// Its name.
    pub fn id(self) -> &'static str {
        self.id
    }

    /// The kind of the lines that it counts.
    pub fn counts_rows(self) -> RowKind {
        self.kind
    }

    /// True where lines count that opened before the period: it holds the day of use or of an end, or asks what stood on
    /// its last day.
    pub fn looks_back(self) -> bool {
        self.looks_back
    }

    /// Whether a provider has a part of it: what courts and police set is an organisation's and no service's, and so is
    /// whom liaison met; a test on arrest is nobody's.
    pub fn is_asked_of(self, provider: &Provider) -> bool {
        let organisations = matches!(provider, Provider::Organisation(_));
        match self.kind {
            RowKind::TestOnArrest => false,
            RowKind::ConditionSet => organisations,
            RowKind::Passage => organisations || self.id == INTO_PRISON,
            _ => true,
        }
    }

    /// Whether the people behind it may be listed. Of required assessments and of tests on arrest they may not: who knows
    /// of those is said by the record alone.
    pub fn shows_people(self) -> bool {
        !self.kind.is_judged_by_the_record()
    }

    /// What it means.
    ///
    /// # Panics
    /// Never: a test holds that each has its definition.
    pub fn definition(self) -> &'static Definition {
        let mut all = Definition::all().iter();
        all.find(|definition| definition.id == self.id)
            .expect("a test compares the two")
    }

    /// How a line counts; `None` where it is not asked of it.
    pub fn judge(self, row: &Row, question: &Question) -> Option<Counted> {
        (self.rule)(row, question)
    }
}
