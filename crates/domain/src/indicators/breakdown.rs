//! By what figures are broken down.

use super::{Question, journeys};
use crate::code::Code;
use crate::reference::{SubstanceGroup, referral_group};
use crate::rows::{Row, RowDetail, Whom};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// By what a figure is broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breakdown {
    /// By the four groups of substances.
    Substances,
    /// By age on the first day of the period.
    Age,
    /// By sex.
    Sex,
    /// By the group of the referral source.
    Source,
    /// By authority of residence.
    Area,
    /// By service.
    Service,
    /// By prison left or entered.
    Prison,
    /// Overdoses and deaths by whether treatment knew the person: `now`, `within_12_months`, `ever` or `never`.
    Known,
    /// By what came of it: of a used kit and of a requirement or resolution its outcome.
    Outcome,
    /// By what it is: of a kit the product, of a requirement or resolution its kind, of a wait the intervention.
    Kind,
    /// By cohort (`cohorts`); somebody may belong to several.
    Cohort,
    /// By need or risk (`needs-and-risks`), of those that everybody may see who sees the record; somebody may have several.
    Need,
    /// By grant, scheme or campaign (`tags`); somebody's care may belong to several.
    Tag,
}

impl Breakdown {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::Substances,
        Self::Age,
        Self::Sex,
        Self::Source,
        Self::Area,
        Self::Service,
        Self::Prison,
        Self::Known,
        Self::Outcome,
        Self::Kind,
        Self::Cohort,
        Self::Need,
        Self::Tag,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Substances => "substances",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Source => "source",
            Self::Area => "area",
            Self::Service => "service",
            Self::Prison => "prison",
            Self::Known => "known",
            Self::Outcome => "outcome",
            Self::Kind => "kind",
            Self::Cohort => "cohort",
            Self::Need => "need",
            Self::Tag => "tag",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// True where each thing belongs to one part, so that the parts add up to the whole.
    pub fn adds_up(self) -> bool {
        !matches!(self, Self::Cohort | Self::Need | Self::Tag)
    }

    /// To which parts of a figure a line belongs: one, or, where somebody may belong to several, each of them, and `none`
    /// where there is none.
    pub fn parts(self, row: &Row, question: &Question) -> BTreeSet<String> {
        let marks = match (self, whom(&row.detail)) {
            (Self::Cohort, Some(whom)) => &whom.cohorts,
            (Self::Need, Some(whom)) => &whom.needs,
            (Self::Tag, Some(whom)) => &whom.tags,
            _ => return BTreeSet::from([self.part(row, question)]),
        };
        match marks.is_empty() {
            true => BTreeSet::from(["none".to_owned()]),
            false => marks.iter().map(|code| code.as_str().to_owned()).collect(),
        }
    }

    /// To which part of a figure a line belongs, of those that add up. `unknown` where nobody told.
    pub fn part(self, row: &Row, question: &Question) -> String {
        let whom = whom(&row.detail);
        let told = match self {
            Self::Substances => Some(substances(&row.detail).as_str().to_owned()),
            Self::Age => whom
                .and_then(|whom| age_band(whom, question.period.from))
                .map(str::to_owned),
            Self::Sex => whom.and_then(|whom| Some(whom.sex.as_ref()?.as_str().to_owned())),
            Self::Source => source(&row.detail).and_then(referral_group).map(str::to_owned),
            Self::Area => row.area.as_ref().map(|area| area.as_str().to_owned()),
            Self::Service => row.service.as_ref().map(|service| service.as_str().to_owned()),
            Self::Prison => row.prison.as_ref().map(|prison| prison.as_str().to_owned()),
            Self::Known => known(&row.detail).map(str::to_owned),
            Self::Outcome => outcome(&row.detail).map(|code| code.as_str().to_owned()),
            Self::Kind => kind(&row.detail).map(|code| code.as_str().to_owned()),
            Self::Cohort | Self::Need | Self::Tag => None,
        };
        told.unwrap_or_else(|| "unknown".to_owned())
    }
}

fn whom(detail: &RowDetail) -> Option<&Whom> {
    Some(match detail {
        RowDetail::Journey(facts) => &facts.whom,
        RowDetail::Made(facts) => &facts.whom,
        RowDetail::Awaited(facts) => &facts.whom,
        RowDetail::Supplied(facts) => &facts.whom,
        RowDetail::Harm(facts) => &facts.whom,
        RowDetail::Profiles(facts) => &facts.whom,
        RowDetail::Tested(facts) => &facts.whom,
        RowDetail::Imposed(facts) => &facts.whom,
        RowDetail::Condition(facts) => &facts.whom,
        RowDetail::Passage(facts) => &facts.whom,
        RowDetail::Release(facts) => &facts.whom,
        _ => return None,
    })
}

fn substances(detail: &RowDetail) -> SubstanceGroup {
    match detail {
        RowDetail::Journey(facts) => facts.substances,
        RowDetail::Made(facts) => facts.substances,
        RowDetail::Awaited(facts) => facts.substances,
        RowDetail::Profiles(facts) => facts.substances,
        RowDetail::Waiting(facts) => SubstanceGroup::of(&facts.substances),
        _ => SubstanceGroup::Unknown,
    }
}

fn source(detail: &RowDetail) -> Option<&Code> {
    match detail {
        RowDetail::Journey(facts) => journeys::source(facts),
        RowDetail::Made(facts) => Some(&facts.source),
        _ => None,
    }
}

fn known(detail: &RowDetail) -> Option<&str> {
    match detail {
        RowDetail::Harm(facts) => Some(&facts.known),
        _ => None,
    }
}

fn outcome(detail: &RowDetail) -> Option<&Code> {
    match detail {
        RowDetail::Supplied(facts) => facts.outcome.as_ref(),
        RowDetail::Condition(facts) => facts.outcome.as_ref(),
        _ => None,
    }
}

fn kind(detail: &RowDetail) -> Option<&Code> {
    match detail {
        RowDetail::Supplied(facts) => Some(&facts.product),
        RowDetail::Condition(facts) => Some(&facts.kind),
        RowDetail::Awaited(facts) => Some(&facts.intervention),
        RowDetail::Waiting(facts) => facts.intervention.as_ref(),
        _ => None,
    }
}

/// The age band on a day: under 18, 18 to 25 (asked for by the papers), then tens of years.
pub(super) fn age_band(whom: &Whom, on: Date) -> Option<&'static str> {
    let adult = whom.turns_adult_on?;
    let mut age = i32::from(on.year()) - i32::from(adult.year()) + 18;
    if (on.month(), on.day()) < (adult.month(), adult.day()) {
        age -= 1;
    }
    Some(match age {
        ..18 => "under_18",
        18..=25 => "18_to_25",
        26..=34 => "26_to_34",
        35..=44 => "35_to_44",
        45..=54 => "45_to_54",
        55..=64 => "55_to_64",
        65.. => "65_and_over",
    })
}
