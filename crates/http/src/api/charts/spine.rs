//! `GET /v1/spine`: every indicator of an area beside England and its neighbours.

use super::asked::{Asked, ChartQuery, not_more, notes, refused, subtitle};
use super::form::Form;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::indicators::wire::{DefinitionWire, IndicatorFigure};
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_charts::{Spine, SpineRow};
use throughcare_domain::benchmark::{Benchmark, ComparedWith, Neighbours};
use throughcare_domain::indicators::{Indicator, Period, Shown, together};
use utoipa::ToSchema;

/// An area's indicators beside England and its neighbours.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpineWire {
    /// The area.
    pub area: String,
    /// The quarter.
    pub period: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where small numbers, and what they could be worked out of, are null.
    pub small_numbers_withheld: bool,
    /// People erased of whom nothing is left, in all.
    #[schema(required)]
    pub erased_people: Option<u32>,
    /// Who the area is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<NeighboursWire>,
    /// One row for each indicator.
    pub rows: Vec<SpineRowWire>,
}

/// Who an area is compared with.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NeighboursWire {
    /// Their codes.
    pub areas: Vec<String>,
    /// By which publication.
    pub source: String,
    /// When it was published.
    pub published_on: Date,
}

/// A published value.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenchmarkWire {
    /// The value: in percent, or a number.
    pub value: f64,
    /// The publication.
    pub source: String,
    /// When it was published.
    pub published_on: Date,
}

/// One indicator beside England and the neighbours. What is absent is not known, or would tell of a number withheld.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpineRowWire {
    /// What it means.
    pub definition: DefinitionWire,
    /// The local figure.
    pub figure: IndicatorFigure,
    /// England.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub england: Option<BenchmarkWire>,
    /// The neighbours' mean: as published, else of their values, each the same weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neighbours_mean: Option<f64>,
    /// The least of the neighbours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neighbours_least: Option<f64>,
    /// The most of the neighbours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neighbours_most: Option<f64>,
    /// `better`, `worse`, `similar`, `higher`, `lower` or `not_compared`: by whether the interval of 95 % holds England's
    /// value, and without it the neighbours' mean.
    pub compared: String,
    /// The place among the neighbours and the area itself, 1 the best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// How many are ranked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranked: Option<u32>,
    /// `up`, `down` or `level` since the quarter before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// The first day of the period of the published values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_from: Option<Date>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_to: Option<Date>,
}

/// Every indicator of an area beside England and its neighbours
///
/// As JSON, as a picture (`Accept: image/svg+xml`) or as a page with the picture and its table (`Accept: text/html`).
/// Who may ask for a figure may ask for this; numbers are withheld as there, each beside all others of the answer.
/// Published values are those of the last period of the same length.
#[utoipa::path(
    get, path = "/v1/spine", tag = "Indicators", params(ChartQuery),
    responses(
        (status = 200, description = "The spine", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        ), content((SpineWire = "application/json"), (String = "image/svg+xml"), (String = "text/html"))),
        ReadRefused,
    )
)]
pub async fn spine(
    State(state): State<ApiState>,
    asking: Asking,
    headers: HeaderMap,
    ValidQuery(query): ValidQuery<ChartQuery>,
) -> Result<Response, Problem> {
    let form = Form::of(&headers)?;
    let asked = Asked::read(query, &asking)?;
    let Some(area) = asked.area.clone() else {
        return Err(refused(
            "/query/area",
            "missing",
            "Name the area whose spine it is.",
        ));
    };
    asking.wait(&state.app).await?;
    let (period, before) = (asked.quarter.period(), asked.quarter.before().period());
    let span = Period {
        from: before.from,
        to: period.to,
    };
    // Of what is no provider's the spine of one says nothing, rather than none.
    let all: Vec<Indicator> = Indicator::all()
        .iter()
        .copied()
        .filter(|one| asked.has(*one))
        .collect();
    let read = state
        .app
        .figures(&asking.caller, asked.lines(&all, span))
        .await
        .map_err(problem)?;
    not_more(&read)?;
    let (compared, neighbours) = state
        .app
        .compared(&area, period, asked.known_at())
        .await
        .map_err(problem)?;
    let rows = read.rows();
    let now = together(&all, &rows, &asked.question(&read, period), read.withheld);
    let then = together(&all, &rows, &asked.question(&read, before), read.withheld);
    let each = || {
        all.iter()
            .zip(now.iter().zip(&then))
            .map(|(one, (now, then))| (*one, now, then, compared.get(one.id())))
    };
    let drawn = || Spine {
        title: format!("Spine chart: {}, {}", asked.whose(), asked.quarter),
        subtitle: subtitle(&read),
        rows: each()
            .map(|(one, now, then, with)| SpineRow::of(one, now, then, with))
            .collect(),
    };
    let wire = SpineWire {
        area: area.to_string(),
        period: asked.quarter.to_string(),
        from: period.from,
        to: period.to,
        as_of: read.as_of,
        small_numbers_withheld: read.withheld,
        erased_people: read.erased_people,
        neighbours: neighbours.as_ref().map(NeighboursWire::from),
        rows: each()
            .map(|(one, now, then, with)| told(one, now, then, with))
            .collect(),
    };
    let mut under = notes(&read);
    under.extend(neighbours.map(|it| {
        let areas: Vec<_> = it.neighbours.iter().map(ToString::to_string).collect();
        format!(
            "Neighbours: {} ({}, {}).",
            areas.join(", "),
            it.source,
            it.published_on
        )
    }));
    let mut sources: Vec<String> = compared.values().flat_map(ComparedWith::sources).collect();
    sources.sort_unstable();
    sources.dedup();
    if !sources.is_empty() {
        under.push(format!("Published values: {}.", sources.join("; ")));
    }
    let title = format!("{}: indicators of {}", asked.whose(), asked.quarter);
    Ok(form.answer(
        wire,
        &title,
        |form| match form {
            Form::Page => drawn().sheets("spine"),
            Form::Svg | Form::Json => vec![drawn().svg("spine")],
        },
        || drawn().table(),
        &under,
        read.position,
    ))
}

fn told(indicator: Indicator, now: &Shown, then: &Shown, with: Option<&ComparedWith>) -> SpineRowWire {
    let stands = SpineRow::of(indicator, now, then, with).standing();
    SpineRowWire {
        definition: indicator.definition().into(),
        figure: now.into(),
        england: with.and_then(|it| it.england.as_ref()).map(BenchmarkWire::from),
        neighbours_mean: stands.mean,
        neighbours_least: stands.least,
        neighbours_most: stands.most,
        compared: stands.compared.as_str().to_owned(),
        rank: stands.rank,
        ranked: stands.ranked,
        direction: stands.direction.map(|it| it.as_str().to_owned()),
        compared_from: with.map(|it| it.period.from),
        compared_to: with.map(|it| it.period.to),
    }
}

impl From<&Benchmark> for BenchmarkWire {
    fn from(benchmark: &Benchmark) -> Self {
        Self {
            value: benchmark.value,
            source: benchmark.source.clone(),
            published_on: benchmark.published_on,
        }
    }
}

impl From<&Neighbours> for NeighboursWire {
    fn from(neighbours: &Neighbours) -> Self {
        Self {
            areas: neighbours.neighbours.iter().map(ToString::to_string).collect(),
            source: neighbours.source.clone(),
            published_on: neighbours.published_on,
        }
    }
}
