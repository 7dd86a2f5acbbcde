//! Definitions and figures on the wire.

use serde::Serialize;
use throughcare_domain::indicators::{Definition, Rate, Shown};
use utoipa::ToSchema;

/// What a figure means.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionWire {
    /// Its name in addresses.
    #[schema(example = "representations")]
    pub id: String,
    /// Its title.
    pub title: String,
    /// What one of the things counted is: `people`, `journeys`, `episodes`, `referrals`, `waits`, `releases`, `passages`,
    /// `kits`, `overdoses`, `deaths`, `tests`, `assessments` or `conditions`.
    pub counts: String,
    /// `count` or `percentage`.
    pub measure: String,
    /// Which direction is good: `higher`, `lower`, or `none` for a figure that only describes.
    pub better: String,
    /// Who or what is in the numerator; of a plain count, in the count.
    pub numerator: String,
    /// Among whom or what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// How uncertain points are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// Where the rule comes from.
    pub source: String,
}

impl From<&Definition> for DefinitionWire {
    fn from(definition: &Definition) -> Self {
        Self {
            id: definition.id.clone(),
            title: definition.title.clone(),
            counts: definition.counts.as_str().to_owned(),
            measure: definition.measure.as_str().to_owned(),
            better: definition.better.as_str().to_owned(),
            numerator: definition.numerator.clone(),
            denominator: definition.denominator.clone(),
            reading: definition.reading.clone(),
            source: definition.source.clone(),
        }
    }
}

/// A figure. A number that is null is withheld, because it would tell of fewer than five people.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndicatorFigure {
    /// Among these the answer is yes; of a plain count, all.
    #[schema(required)]
    pub numerator: Option<u32>,
    /// Of these the question is asked; of a plain count the same number.
    #[schema(required)]
    pub denominator: Option<u32>,
    /// In percent, to one decimal; absent for a plain count, over nothing, and where a number is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage: Option<f64>,
    /// The lower bound of its interval of 95 % (Wilson), in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// How many of those counted what is still to come can change.
    #[schema(required)]
    pub provisional: Option<u32>,
    /// Of a plain count: how many that is of a thousand people, where a population of the area is loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateWire>,
}

/// How many of so many people of a population.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PopulationRate)]
pub struct RateWire {
    /// To one decimal.
    pub rate: f64,
    /// Of so many people: 1,000, or of deaths 100,000.
    pub per: u32,
    /// How many people the population is: of the area, and of a part by age or sex those of that age or sex.
    pub population: u32,
    /// For which year it was published: the last one up to that of the period's end.
    pub year: i16,
    /// Who published it.
    pub source: String,
}

impl From<Rate> for RateWire {
    fn from(rate: Rate) -> Self {
        Self {
            rate: rate.rate,
            per: rate.per,
            population: rate.population.people,
            year: rate.population.year,
            source: rate.population.source,
        }
    }
}

impl From<&Shown> for IndicatorFigure {
    fn from(shown: &Shown) -> Self {
        Self {
            numerator: shown.numerator,
            denominator: shown.denominator,
            percentage: shown.percentage,
            low: shown.interval.map(|interval| interval.low),
            high: shown.interval.map(|interval| interval.high),
            provisional: shown.provisional,
            rate: None,
        }
    }
}
