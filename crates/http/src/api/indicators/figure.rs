//! `GET /v1/indicators/{indicator}`: one figure, whole and in parts.

use super::wire::{DefinitionWire, IndicatorFigure};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::times::{KnownWire, times};
use crate::api::wire::{DateWire, Reading};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::FigureQuery;
use throughcare_domain::access::{Whose, figures};
use throughcare_domain::indicators::{Breakdown, Indicator, Period, Provider, report};
use utoipa::{IntoParams, ToSchema};

/// Longest period, in days: a little more than five years.
const LONGEST_DAYS: i32 = 1_830;

/// For whom and when.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IndicatorQuery {
    /// The first day of the period.
    pub from: DateWire,
    /// Its last day.
    pub to: DateWire,
    /// Of residents of this authority, a code of `areas`: at the beginning of the journey, on the referral, on release.
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
    /// In parts: by `substances`, `age`, `sex`, `source`, `area`, `service` or `prison`.
    #[schema(pattern = "^[a-z]{3,10}$")]
    #[param(pattern = "^[a-z]{3,10}$")]
    pub breakdown: Option<String>,
    /// As it was true at the end of this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// A figure, with what it means.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndicatorWire {
    /// What it means.
    pub definition: DefinitionWire,
    /// The first day of the period.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where small numbers, and what they could be worked out of, are null: for commissioners.
    pub small_numbers_withheld: bool,
    /// People erased of whom nothing is left, in all, wherever and whenever: the figure is made without them.
    #[schema(required)]
    pub erased_people: Option<u32>,
    /// The whole.
    pub figure: IndicatorFigure,
    /// Its parts, when asked for. People who count once in the whole can belong to several services' figures, but here
    /// each thing belongs to one part: that of its primary service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<PartWire>>,
}

/// A part of a figure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartWire {
    /// Its code, or `unknown`.
    #[schema(example = "opiate")]
    pub part: String,
    /// The figure.
    #[serde(flatten)]
    pub figure: IndicatorFigure,
}

/// A figure for an area, a provider and a period
///
/// Everyone but auditors and commissioners names their own organisation, or a service of it. Commissioners, who see no
/// people, are not told small numbers. Counted are at most 100,000 things at once, over at most 1,830 days.
#[utoipa::path(
    get, path = "/v1/indicators/{indicator}", tag = "Indicators",
    params(("indicator" = String, Path, description = "Name of the indicator, as `GET /v1/indicators` lists it"), IndicatorQuery),
    responses(
        (status = 200, description = "The figure", body = IndicatorWire,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn indicator(
    State(state): State<ApiState>,
    asking: Asking,
    Path(id): Path<String>,
    ValidQuery(query): ValidQuery<IndicatorQuery>,
) -> Result<Response, Problem> {
    let indicator = Indicator::find(&id).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let (asked, breakdown) = read(indicator, &query, &asking)?;
    asking.wait(&state.app).await?;
    let period = asked.period;
    let read = state.app.figure(&asking.caller, asked).await.map_err(problem)?;
    if read.more {
        return Err(refused(
            "/query/to",
            "too_many_lines",
            "More than 100,000 things to count. Ask for an area, a service or a shorter period.",
        ));
    }
    let rows = read.rows.iter().map(|listed| (listed.person, &listed.row));
    let counted = report(indicator, rows, &read.question, breakdown, read.withheld);
    let parts = breakdown.map(|_| {
        let parts = counted.parts.iter();
        parts
            .map(|(part, figure)| PartWire {
                part: part.clone(),
                figure: figure.into(),
            })
            .collect()
    });
    let wire = IndicatorWire {
        definition: indicator.definition().into(),
        from: period.from,
        to: period.to,
        as_of: read.question.as_of,
        small_numbers_withheld: read.withheld,
        erased_people: read.erased_people,
        figure: (&counted.whole).into(),
        parts,
    };
    Ok(shown(wire, read.position))
}

fn refused(pointer: &'static str, code: &'static str, detail: &'static str) -> Problem {
    Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(pointer, code, detail))
}

/// The question for the app, or every fault of it.
fn read(
    indicator: Indicator,
    query: &IndicatorQuery,
    asking: &Asking,
) -> Result<(FigureQuery, Option<Breakdown>), Problem> {
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
    let breakdown = query.breakdown.as_deref().map(Breakdown::parse);
    if breakdown == Some(None) {
        faults.push(Fault::new(
            "/query/breakdown",
            "unknown",
            "One of substances, age, sex, source, area, service and prison.",
        ));
    }
    let period = Period {
        from: query.from.0,
        to: query.to.0,
    };
    if period.to < period.from {
        faults.push(Fault::new(
            "/query/to",
            "before_from",
            "The period ends before it begins.",
        ));
    } else if throughcare_domain::when::days_between(period.from, period.to) >= LONGEST_DAYS {
        faults.push(Fault::new(
            "/query/to",
            "too_long",
            "A period has at most 1,830 days.",
        ));
    }
    if query.service.is_some() && query.organisation.is_some() {
        faults.push(Fault::new(
            "/query/organisation",
            "not_both",
            "Name a service or an organisation, not both.",
        ));
    }
    let everybodys = figures(asking.caller.role()) == Whose::Everybodys;
    if !everybodys && query.service.is_none() && query.organisation.is_none() {
        faults.push(Fault::new(
            "/query/service",
            "missing",
            "Name a service of your organisation, or the organisation itself.",
        ));
    }
    if !faults.is_empty() {
        return Err(Problem::new(ProblemKind::ValidationFailed).faults(faults));
    }
    let provider = service
        .map(Provider::Service)
        .or(organisation.map(Provider::Organisation));
    let asked = FigureQuery {
        indicator,
        area,
        provider,
        period,
        times: times(query.as_of, query.known_at),
    };
    Ok((asked, breakdown.flatten()))
}
