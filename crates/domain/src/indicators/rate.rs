//! Rates: how many of a thousand, or of a hundred thousand, people of a loaded population; and how much of an estimated
//! need treatment reaches.
//!
//! Populations and estimates are code lists that whoever runs the program loads, each line with its year and source.
//!
//! Source: `domain.md` section 3 ("Rates": the age range of the numerator must match the population's; "Unmet need",
//! "Bullseye"); section 7 (deaths per 100,000).

use super::{Breakdown, Counts, Indicator, Measure};
use crate::code::AreaCode;
use crate::reference::{Entry, ReferenceData};

/// The list of populations: by `area`, `year`, `age` (`all`, or a band as figures have it) and `sex` (`all`, or a code of
/// `sexes`), with `people` and `source`.
pub const POPULATIONS: &str = "populations";
/// The list of estimates of prevalence: by `area`, `year` and `substances` (as figures are broken down), with `people`,
/// `low`, `high` and `source`.
pub const ESTIMATES: &str = "prevalence-estimates";

/// Everybody, whatever age or sex.
const ALL: &str = "all";

/// A rate, and of whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// To one decimal, halves up.
    pub rate: f64,
    /// Of so many people.
    pub per: u32,
    /// The population.
    pub population: Population,
}

/// A population as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// How many people.
    pub people: u32,
    /// For which year.
    pub year: i16,
    /// Who published it.
    pub source: String,
}

/// Of which population a figure or a part of it is a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Among {
    area: AreaCode,
    age: String,
    sex: String,
}

impl Among {
    /// Everybody of an area.
    pub fn everybody(area: &AreaCode) -> Self {
        Self {
            area: area.clone(),
            age: ALL.to_owned(),
            sex: ALL.to_owned(),
        }
    }

    /// The population of one part: of a part by age or sex, people of that age or sex; of any other, everybody of the area.
    /// None where nobody knows of whom the part is.
    pub fn part(area: Option<&AreaCode>, by: Breakdown, part: &str) -> Option<Self> {
        let of_area = match by {
            Breakdown::Area => AreaCode::parse(part).ok(),
            _ => area.cloned(),
        };
        let all = Self::everybody(&of_area?);
        match by {
            Breakdown::Age | Breakdown::Sex if part == "unknown" => None,
            Breakdown::Age => Some(Self {
                age: part.to_owned(),
                ..all
            }),
            Breakdown::Sex => Some(Self {
                sex: part.to_owned(),
                ..all
            }),
            _ => Some(all),
        }
    }

    /// The last population that was published for the year, or for one before it.
    pub fn population(&self, reference: &ReferenceData, year: i16) -> Option<Population> {
        let is = |entry: &&Entry| {
            entry.attribute("area") == Some(self.area.as_str())
                && entry.attribute("age").unwrap_or(ALL) == self.age
                && entry.attribute("sex").unwrap_or(ALL) == self.sex
        };
        let entries = reference.list(POPULATIONS)?.entries().iter();
        let known = entries.filter(is).filter_map(population);
        known
            .filter(|one| one.year <= year && one.people > 0)
            .max_by_key(|one| one.year)
    }
}

fn population(entry: &Entry) -> Option<Population> {
    Some(Population {
        people: entry.attribute("people")?.parse().ok()?,
        year: entry.attribute("year")?.parse().ok()?,
        source: entry.attribute("source").unwrap_or_default().to_owned(),
    })
}

/// The rate of a plain count; a percentage has none.
pub fn rate(indicator: Indicator, numerator: u32, population: Population) -> Option<Rate> {
    let definition = indicator.definition();
    if definition.measure != Measure::Count || population.people == 0 {
        return None;
    }
    let per: u32 = match definition.counts {
        Counts::Deaths => 100_000,
        _ => 1_000,
    };
    let (people, all) = (
        u64::from(population.people),
        u64::from(numerator) * u64::from(per) * 10,
    );
    let tenths = (all * 2 + people) / (people * 2);
    Some(Rate {
        rate: f64::from(u32::try_from(tenths).ok()?) / 10.0,
        per,
        population,
    })
}

/// An estimate of how many people have a need, with its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// How many.
    pub people: u32,
    /// The lower bound of 95 %, where it was published.
    pub low: Option<u32>,
    /// The upper bound.
    pub high: Option<u32>,
    /// For which year.
    pub year: i16,
    /// Who published it.
    pub source: String,
}

impl Estimate {
    /// The last estimate for an area and a group of substances that was published for the year, or for one before it.
    pub fn of(reference: &ReferenceData, area: &AreaCode, substances: &str, year: i16) -> Option<Self> {
        let entries = reference.list(ESTIMATES)?.entries().iter();
        let of = entries.filter(|entry| {
            entry.attribute("area") == Some(area.as_str())
                && entry.attribute("substances") == Some(substances)
        });
        let bound = |entry: &Entry, name: &str| entry.attribute(name).and_then(|text| text.parse().ok());
        let read = of.filter_map(|entry| {
            let one = population(entry)?;
            Some(Self {
                people: one.people,
                low: bound(entry, "low"),
                high: bound(entry, "high"),
                year: one.year,
                source: one.source,
            })
        });
        read.filter(|one| one.year <= year && one.people > 0)
            .max_by_key(|one| one.year)
    }

    /// How many of them are reached by nobody, when so many are in treatment, and how many of a hundred; nobody, where
    /// more are in treatment than were estimated.
    pub fn unmet(&self, in_treatment: u32) -> (u32, Option<f64>) {
        let unmet = self.people.saturating_sub(in_treatment);
        (unmet, crate::continuity::percentage(unmet, self.people))
    }
}
