//! The figures by which partnerships are judged: what each counts, and how it is counted.
//!
//! What a figure means stands in `definitions.csv`; the rules are code, one function each, over lines of
//! [`crate::rows`] that say what happened to one person. A rule says of a line whether it counts among those of whom the
//! question is asked, whether the answer is yes, and whether what is still to come can change that. So a figure can be
//! asked for any period, as it was true on any day and as it was known at any position of the log, and who counts can
//! be listed.
//!
//! Source: `domain.md` sections 2 and 3.

mod definition;
mod figure;
mod harm;
mod interval;
mod journeys;
mod naloxone;
mod question;
mod referrals;
mod releases;
mod report;
#[cfg(test)]
mod tests;
mod together;

pub use definition::{Better, Counts, Definition, Measure};
pub use figure::{Entry, Figure, count};
pub use interval::{Interval, wilson};
pub use question::{Period, Provider, Question};
pub use report::{Report, Shown, report};
pub use together::together;

use crate::reference::{SubstanceGroup, referral_group};
use crate::rows::{Row, RowDetail, RowKind, Whom};
use jiff::civil::Date;
use referrals::Which;

/// An indicator.
#[derive(Clone, Copy, Debug)]
pub struct Indicator {
    id: &'static str,
    kind: RowKind,
    rule: Rule,
}

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

macro_rules! of {
    (journey $rule:path) => {
        |row, question| match &row.detail {
            RowDetail::Journey(facts) => $rule(&journeys::Seen::of(facts, question)?),
            _ => None,
        }
    };
    ($detail:ident $rule:expr) => {
        |row, question| match &row.detail {
            RowDetail::$detail(facts) if asked(row, question) => $rule(facts, row.opened_on, question),
            _ => None,
        }
    };
}

/// Whether a line is of the provider asked for. A journey says itself whose its parts are.
fn asked(row: &Row, question: &Question) -> bool {
    question.provider.as_ref().is_none_or(|provider| {
        matches!((&row.service, &row.organisation), (Some(service), Some(organisation))
            if provider.is(service, organisation))
    })
}

const JOURNEY: RowKind = RowKind::Journey;
const MADE: RowKind = RowKind::ReferralMade;
const AWAITED: RowKind = RowKind::InterventionAwaited;
const KIT: RowKind = RowKind::KitSupplied;
const OVERDOSE: RowKind = RowKind::OverdoseTold;
const DEATH: RowKind = RowKind::DeathTold;

static ALL: [Indicator; 31] = [
    new("in_treatment", JOURNEY, of!(journey journeys::in_treatment)),
    new(
        "new_presentations",
        JOURNEY,
        of!(journey journeys::new_presentation),
    ),
    new("treatment_naive", JOURNEY, of!(journey journeys::treatment_naive)),
    new("effective_treatment", JOURNEY, of!(journey journeys::effective)),
    new(
        "successful_completions",
        JOURNEY,
        of!(journey journeys::completed),
    ),
    new("unplanned_exits", JOURNEY, of!(journey journeys::unplanned)),
    new(
        "early_unplanned_exits",
        JOURNEY,
        of!(journey journeys::early_unplanned),
    ),
    new("lost_transfers", JOURNEY, of!(journey journeys::lost_transfer)),
    new("representations", JOURNEY, of!(journey journeys::represented)),
    new(
        "contradicting_ends",
        JOURNEY,
        of!(journey journeys::contradicting),
    ),
    new("triaged_in_six_weeks", MADE, of!(Made referrals::triaged)),
    new(
        "arrest_referrals_triaged_in_six_weeks",
        MADE,
        of!(Made referrals::justice_triaged),
    ),
    new(
        "treatment_after_arrest_referral",
        MADE,
        of!(Made referrals::justice_treated),
    ),
    new(
        "already_in_treatment_at_referral",
        MADE,
        of!(Made referrals::justice_in_treatment),
    ),
    new(
        "offered_in_three_weeks",
        AWAITED,
        of!(
            Awaited | facts,
            _,
            question | { referrals::offered_in_three_weeks(facts, question, Which::First) }
        ),
    ),
    new(
        "waited_over_six_weeks",
        AWAITED,
        of!(Awaited referrals::waited_over_six_weeks),
    ),
    new(
        "subsequent_offered_in_three_weeks",
        AWAITED,
        of!(
            Awaited | facts,
            _,
            question | { referrals::offered_in_three_weeks(facts, question, Which::Subsequent) }
        ),
    ),
    new(
        "continuity_national",
        RowKind::Release,
        of!(Release releases::national),
    ),
    new("continuity_local", RowKind::Release, of!(Release releases::local)),
    new("naloxone_supplied", KIT, of!(Supplied naloxone::supplied)),
    new(
        "naloxone_supplied_at_release",
        KIT,
        of!(Supplied naloxone::at_release),
    ),
    new("naloxone_used", KIT, of!(Supplied naloxone::used)),
    new("naloxone_uses_survived", KIT, of!(Supplied naloxone::survived)),
    new(
        "naloxone_in_hand_at_release",
        RowKind::Release,
        of!(Release releases::naloxone_in_hand),
    ),
    new("overdoses", OVERDOSE, of!(Harm harm::told)),
    new("overdoses_known", OVERDOSE, of!(Harm harm::in_treatment)),
    new("deaths", DEATH, of!(Harm harm::told)),
    new("deaths_related", DEATH, of!(Harm harm::related)),
    new("deaths_not_known", DEATH, of!(Harm harm::not_known)),
    new("deaths_after_release", DEATH, of!(Harm harm::after_release)),
    new("deaths_after_treatment", DEATH, of!(Harm harm::after_treatment)),
];

const fn new(id: &'static str, kind: RowKind, rule: Rule) -> Indicator {
    Indicator { id, kind, rule }
}

impl Indicator {
    /// Every indicator, in the order of their definitions.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// Finds one by its name.
    pub fn find(id: &str) -> Option<Self> {
        ALL.iter().copied().find(|indicator| indicator.id == id)
    }

    /// Its name.
    pub fn id(self) -> &'static str {
        self.id
    }

    /// The kind of the lines that it counts.
    pub fn counts_rows(self) -> RowKind {
        self.kind
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
    /// By prison left.
    Prison,
}

impl Breakdown {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Substances,
        Self::Age,
        Self::Sex,
        Self::Source,
        Self::Area,
        Self::Service,
        Self::Prison,
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
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// To which part of a figure a line belongs. `unknown` where nobody told.
    pub fn part(self, row: &Row, question: &Question) -> String {
        let (whom, substances, source) = match &row.detail {
            RowDetail::Journey(facts) => (Some(&facts.whom), facts.substances, journeys::source(facts)),
            RowDetail::Made(facts) => (Some(&facts.whom), facts.substances, Some(&facts.source)),
            RowDetail::Awaited(facts) => (Some(&facts.whom), facts.substances, None),
            RowDetail::Supplied(facts) => (Some(&facts.whom), SubstanceGroup::Unknown, None),
            RowDetail::Harm(facts) => (Some(&facts.whom), SubstanceGroup::Unknown, None),
            _ => (None, SubstanceGroup::Unknown, None),
        };
        let told = match self {
            Self::Substances => Some(substances.as_str().to_owned()),
            Self::Age => whom
                .and_then(|whom| age_band(whom, question.period.from))
                .map(str::to_owned),
            Self::Sex => whom.and_then(|whom| Some(whom.sex.as_ref()?.as_str().to_owned())),
            Self::Source => source.and_then(referral_group).map(str::to_owned),
            Self::Area => row.area.as_ref().map(|area| area.as_str().to_owned()),
            Self::Service => row.service.as_ref().map(|service| service.as_str().to_owned()),
            Self::Prison => row.prison.as_ref().map(|prison| prison.as_str().to_owned()),
        };
        told.unwrap_or_else(|| "unknown".to_owned())
    }
}

/// The age band on a day: under 18, 18 to 25 (asked for by the papers), then tens of years.
fn age_band(whom: &Whom, on: Date) -> Option<&'static str> {
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
