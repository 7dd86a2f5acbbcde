//! `GET /v1/indicators/{indicator}/funnel`: the parts of one indicator by their size, with control limits.

use super::asked::{Asked, ChartQuery, not_more, notes, refused, subtitle};
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
use throughcare_charts::{Dot, Funnel};
use throughcare_domain::indicators::{Breakdown, Indicator, Measure, report};
use utoipa::ToSchema;

/// One indicator's parts by their size.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FunnelWire {
    /// What it means.
    pub definition: DefinitionWire,
    /// The quarter.
    pub period: String,
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where small numbers, and what they could be worked out of, are null.
    pub small_numbers_withheld: bool,
    /// All together: the limits are about its percentage.
    pub figure: IndicatorFigure,
    /// The parts.
    pub parts: Vec<FunnelPartWire>,
}

/// A part.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FunnelPartWire {
    /// Its code, or `unknown`.
    pub part: String,
    /// The figure.
    #[serde(flatten)]
    pub figure: IndicatorFigure,
}

/// The parts of one indicator by their size
///
/// With control limits of 95 % and 99.8 % about the percentage of all together, for percentages only. As JSON, as a
/// picture (`Accept: image/svg+xml`) or as a page (`Accept: text/html`).
#[utoipa::path(
    get, path = "/v1/indicators/{indicator}/funnel", tag = "Indicators",
    params(("indicator" = String, Path, description = "Name of the indicator"), ChartQuery),
    responses(
        (status = 200, description = "The funnel", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        ), content((FunnelWire = "application/json"), (String = "image/svg+xml"), (String = "text/html"))),
        ReadRefused,
    )
)]
pub async fn funnel(
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
    let definition = indicator.definition();
    if definition.measure != Measure::Percentage {
        return Err(refused(
            "/query",
            "no_percentage",
            "A funnel is drawn of percentages; this indicator is a count.",
        ));
    }
    let by = match asked.by() {
        "service" => Breakdown::Service,
        "area" => Breakdown::Area,
        "prison" => Breakdown::Prison,
        _ => {
            return Err(refused(
                "/query/by",
                "unknown",
                "One of service, area and prison.",
            ));
        }
    };
    asking.wait(&state.app).await?;
    let period = asked.quarter.period();
    let lines = asked.lines(&[indicator], period);
    let read = state.app.figures(&asking.caller, lines).await.map_err(problem)?;
    not_more(&read)?;
    let counted = report(
        indicator,
        read.rows(),
        &asked.question(&read, period),
        Some(by),
        read.withheld,
    );
    let drawn = || Funnel {
        title: format!(
            "{}, by {}: {}, {}",
            definition.title,
            asked.by(),
            asked.whose(),
            asked.quarter
        ),
        subtitle: subtitle(&read),
        target: counted.whole.percentage.map(|it| (it, "all together".to_owned())),
        dots: counted
            .parts
            .iter()
            .map(|(part, shown)| Dot {
                name: part.clone(),
                counted: shown.numerator.zip(shown.denominator),
            })
            .collect(),
    };
    let wire = FunnelWire {
        definition: definition.into(),
        period: asked.quarter.to_string(),
        as_of: read.as_of,
        small_numbers_withheld: read.withheld,
        figure: (&counted.whole).into(),
        parts: counted
            .parts
            .iter()
            .map(|(part, shown)| FunnelPartWire {
                part: part.clone(),
                figure: shown.into(),
            })
            .collect(),
    };
    let title = definition.title.clone();
    Ok(form.answer(
        wire,
        &title,
        |_| vec![drawn().svg("funnel")],
        || drawn().table(),
        &notes(&read),
        read.position,
    ))
}
