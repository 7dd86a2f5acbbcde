//! `GET /v1/indicators/{indicator}/trend`: one indicator over eight quarters.

use super::asked::{Asked, ChartQuery, not_more, notes, subtitle};
use super::form::Form;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::indicators::wire::{DefinitionWire, IndicatorFigure};
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_charts::Trend;
use throughcare_domain::benchmark::target;
use throughcare_domain::indicators::{Indicator, Period, together};
use utoipa::ToSchema;

/// How many quarters a trend shows.
const QUARTERS: usize = 8;

/// One indicator over eight quarters.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrendWire {
    /// What it means.
    pub definition: DefinitionWire,
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where small numbers, and what they could be worked out of, are null.
    pub small_numbers_withheld: bool,
    /// What is to be reached, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// The quarters, oldest first.
    pub points: Vec<TrendPointWire>,
}

/// One quarter.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrendPointWire {
    /// Which.
    #[schema(example = "2026Q2")]
    pub period: String,
    /// The figure.
    #[serde(flatten)]
    pub figure: IndicatorFigure,
}

/// One indicator over eight quarters
///
/// As JSON, as a picture (`Accept: image/svg+xml`) or as a page (`Accept: text/html`). `period` is the last quarter.
#[utoipa::path(
    get, path = "/v1/indicators/{indicator}/trend", tag = "Indicators",
    params(("indicator" = String, Path, description = "Name of the indicator"), ChartQuery),
    responses(
        (status = 200, description = "The trend", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        ), content((TrendWire = "application/json"), (String = "image/svg+xml"), (String = "text/html"))),
        ReadRefused,
    )
)]
pub async fn trend(
    State(state): State<ApiState>,
    asking: Asking,
    headers: HeaderMap,
    Path(id): Path<String>,
    ValidQuery(query): ValidQuery<ChartQuery>,
) -> Result<Response, Problem> {
    let indicator = Indicator::find(&id).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let form = Form::of(&headers)?;
    let asked = Asked::read(query, &asking)?;
    asked.must_have(indicator)?;
    asking.wait(&state.app).await?;
    let quarters = asked.quarter.up_to(QUARTERS);
    let span = Period {
        from: quarters[0].period().from,
        to: asked.quarter.period().to,
    };
    let lines = asked.lines(&[indicator], span);
    let read = state.app.figures(&asking.caller, lines).await.map_err(problem)?;
    not_more(&read)?;
    let rows = read.rows();
    let figures: Vec<_> = quarters
        .iter()
        .flat_map(|quarter| {
            let question = asked.question(&read, quarter.period());
            let told = together(&[indicator], &rows, &question, read.withheld);
            told.into_iter().map(|shown| (quarter.to_string(), shown))
        })
        .collect();
    let definition = indicator.definition();
    let title = format!("{}: {}", definition.title, asked.whose());
    let drawn = || Trend::of(indicator, title.clone(), subtitle(&read), &figures);
    let wire = TrendWire {
        definition: definition.into(),
        as_of: read.as_of,
        small_numbers_withheld: read.withheld,
        target: target(&definition.id).map(|(value, _)| value),
        points: figures
            .iter()
            .map(|(quarter, shown)| TrendPointWire {
                period: quarter.clone(),
                figure: shown.into(),
            })
            .collect(),
    };
    Ok(form.answer(
        wire,
        &title,
        |_| vec![drawn().svg("trend")],
        || drawn().table(),
        &notes(&read),
        read.position,
    ))
}
