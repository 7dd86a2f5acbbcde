//! For which quarter, area and provider a picture is asked.

use crate::api::asking::Asking;
use crate::api::indicators::which::not_of_a_provider;
use crate::api::times::{KnownWire, times};
use crate::api::wire::Reading;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::time::WhenWire;
use serde::Deserialize;
use std::collections::BTreeSet;
use throughcare_app::query::{FiguresQuery, FiguresRead};
use throughcare_domain::access::{Whose, figures};
use throughcare_domain::code::AreaCode;
use throughcare_domain::indicators::{Indicator, Period, Provider, Question};
use throughcare_domain::quarter::Quarter;
use utoipa::{IntoParams, ToSchema};

/// For whom and when.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChartQuery {
    /// The calendar quarter, such as `2026Q2`; of a trend the last one.
    #[schema(pattern = "^[0-9]{4}Q[1-4]$")]
    #[param(pattern = "^[0-9]{4}Q[1-4]$")]
    pub period: String,
    /// Of residents of this authority, a code of `areas`.
    #[schema(pattern = "^[A-Z0-9]{4,9}$")]
    #[param(pattern = "^[A-Z0-9]{4,9}$")]
    pub area: Option<String>,
    /// The part of this service.
    #[schema(pattern = "^[a-z0-9-]{2,64}$")]
    #[param(pattern = "^[a-z0-9-]{2,64}$")]
    pub service: Option<String>,
    /// The part of this organisation, all its services together.
    #[schema(pattern = "^[a-z0-9-]{2,64}$")]
    #[param(pattern = "^[a-z0-9-]{2,64}$")]
    pub organisation: Option<String>,
    /// Of a funnel, its parts: by `service`, `area` or `prison`; by `service`, when absent.
    #[schema(pattern = "^[a-z]{4,7}$")]
    #[param(pattern = "^[a-z]{4,7}$")]
    pub by: Option<String>,
    /// As it was true at the end of this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// What was asked, read.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The quarter.
    pub quarter: Quarter,
    /// The area.
    pub area: Option<AreaCode>,
    /// The provider.
    pub provider: Option<Provider>,
    query: ChartQuery,
}

impl Asked {
    /// Reads it, or tells every fault.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn read(query: ChartQuery, asking: &Asking) -> Result<Self, Problem> {
        let mut reading = Reading::default();
        let area = query
            .area
            .as_deref()
            .and_then(|text| reading.area(text, "/query/area"));
        let service = query
            .service
            .as_deref()
            .and_then(|text| reading.service(text, "/query/service"));
        let organisation = query
            .organisation
            .as_deref()
            .and_then(|text| reading.organisation(text, "/query/organisation"));
        let mut faults: Vec<_> = reading
            .faults
            .into_iter()
            .map(|fault| Fault::new(fault.pointer, fault.code, fault.detail))
            .collect();
        let quarter = Quarter::parse(&query.period);
        if quarter.is_none() {
            let detail = "Expected a quarter such as 2026Q2, of the years 1901 to 2098.";
            faults.push(Fault::new("/query/period", "bad_format", detail));
        }
        if query.service.is_some() && query.organisation.is_some() {
            let detail = "Name a service or an organisation, not both.";
            faults.push(Fault::new("/query/organisation", "not_both", detail));
        }
        let everybodys = figures(asking.caller.role()) == Whose::Everybodys;
        if !everybodys && query.service.is_none() && query.organisation.is_none() {
            let detail = "Name a service of your organisation, or the organisation itself.";
            faults.push(Fault::new("/query/service", "missing", detail));
        }
        match quarter {
            Some(quarter) if faults.is_empty() => Ok(Self {
                quarter,
                area,
                provider: service
                    .map(Provider::Service)
                    .or(organisation.map(Provider::Organisation)),
                query,
            }),
            _ => Err(Problem::new(ProblemKind::ValidationFailed).faults(faults)),
        }
    }

    /// True where whoever was asked about has a part of an indicator.
    pub fn has(&self, indicator: Indicator) -> bool {
        self.provider.as_ref().is_none_or(|it| indicator.is_asked_of(it))
    }

    /// Refuses an indicator of which the provider has no part.
    ///
    /// # Errors
    /// `not_of_a_provider`.
    pub fn must_have(&self, indicator: Indicator) -> Result<(), Problem> {
        if self.has(indicator) {
            return Ok(());
        }
        Err(Problem::new(ProblemKind::ValidationFailed).fault(not_of_a_provider()))
    }

    /// By what a funnel is broken down, as it was written.
    pub fn by(&self) -> &str {
        self.query.by.as_deref().unwrap_or("service")
    }

    /// As it was known.
    pub fn known_at(&self) -> Option<throughcare_app::query::Known> {
        times(None, self.query.known_at).known_at
    }

    /// The question for the app: the lines that some indicators count, for all of these days.
    pub fn lines(&self, indicators: &[Indicator], span: Period) -> FiguresQuery {
        FiguresQuery {
            kinds: indicators
                .iter()
                .map(|it| it.counts_rows())
                .collect::<BTreeSet<_>>(),
            area: self.area.clone(),
            provider: self.provider.clone(),
            span,
            times: times(self.query.as_of, self.query.known_at),
        }
    }

    /// The question for a period of what was read.
    pub fn question(&self, read: &FiguresRead, period: Period) -> Question {
        Question {
            period,
            as_of: read.as_of,
            provider: self.provider.clone(),
        }
    }

    /// Whose figures they are, in words.
    pub fn whose(&self) -> String {
        let provider = self.provider.as_ref().map(|it| match it {
            Provider::Service(code) => code.to_string(),
            Provider::Organisation(code) => code.to_string(),
        });
        let area = self.area.as_ref().map(ToString::to_string);
        let parts: Vec<String> = area.into_iter().chain(provider).collect();
        if parts.is_empty() {
            "everybody".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

/// Refuses what is too much to count at once.
///
/// # Errors
/// `too_many_lines`.
pub fn not_more(read: &FiguresRead) -> Result<(), Problem> {
    if !read.more {
        return Ok(());
    }
    Err(refused(
        "/query/area",
        "too_many_lines",
        "More than 100,000 things of one kind to count. Ask for an area or a service.",
    ))
}

/// A fault of the query.
pub fn refused(pointer: &'static str, code: &'static str, detail: &'static str) -> Problem {
    Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(pointer, code, detail))
}

/// Under which conditions a picture is true: stands under its title.
pub fn subtitle(read: &FiguresRead) -> String {
    format!(
        "As known at log position {}, as true at the end of {}.",
        read.position, read.as_of
    )
}

/// What holds for every picture of figures.
pub fn notes(read: &FiguresRead) -> Vec<String> {
    let mut notes = Vec::new();
    if read.withheld {
        notes.push(
            "Numbers that would tell of fewer than five people, and those by which they could be worked out, are \
             withheld."
                .to_owned(),
        );
    }
    match read.erased_people {
        Some(0) => {}
        Some(count) => notes.push(format!("Made without {count} people of whom nothing is left.")),
        None => notes.push("Made without a few people of whom nothing is left.".to_owned()),
    }
    notes
}
