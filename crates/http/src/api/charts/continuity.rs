//! `GET /v1/prisons/{prison}/continuity-chart`: a prison's releases by the day on which treatment was picked up.

use super::asked::{Asked, ChartQuery, not_more, notes, subtitle};
use super::form::Form;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_charts::Continuity;
use throughcare_domain::code::PrisonCode;
use throughcare_domain::continuity::{Reading, by_day};
use throughcare_domain::indicators::Indicator;
use throughcare_domain::rows::RowDetail;
use utoipa::ToSchema;

/// A prison's releases by day of pick-up. A number that is null is withheld.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContinuityChartWire {
    /// The prison.
    pub prison: String,
    /// The quarter of release.
    pub period: String,
    /// The day on which it stands so.
    pub as_of: Date,
    /// True where small numbers, and what they could be worked out of, are null.
    pub small_numbers_withheld: bool,
    /// Picked up on day 0 to 21 from release.
    pub by_day: Vec<Option<u32>>,
    /// Not picked up within 21 days.
    #[schema(required)]
    pub not_picked_up: Option<u32>,
    /// The 21 days are not over.
    #[schema(required)]
    pub window_open: Option<u32>,
}

/// A prison's releases by the day on which treatment was picked up
///
/// Those of the national reading of continuity of care. As JSON, as a picture (`Accept: image/svg+xml`) or as a page
/// (`Accept: text/html`).
#[utoipa::path(
    get, path = "/v1/prisons/{prison}/continuity-chart", tag = "Indicators",
    params(("prison" = String, Path, description = "The prison, a code of `prisons`"), ChartQuery),
    responses(
        (status = 200, description = "The releases by day", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        ), content((ContinuityChartWire = "application/json"), (String = "image/svg+xml"), (String = "text/html"))),
        ReadRefused,
    )
)]
pub async fn continuity_chart(
    State(state): State<ApiState>,
    asking: Asking,
    headers: HeaderMap,
    Path(prison): Path<String>,
    ValidQuery(query): ValidQuery<ChartQuery>,
) -> Result<Response, Problem> {
    let prison = PrisonCode::parse(&prison).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    let form = Form::of(&headers)?;
    let asked = Asked::read(query, &asking)?;
    asking.wait(&state.app).await?;
    let period = asked.quarter.period();
    let national =
        Indicator::find("continuity_national").ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let lines = asked.lines(&[national], period);
    let read = state.app.figures(&asking.caller, lines).await.map_err(problem)?;
    not_more(&read)?;
    let rows = read.rows();
    let primary = rows
        .iter()
        .filter(|(_, row)| asked.provider.is_some() || row.primary);
    let releases: Vec<_> = primary
        .filter(|(_, row)| row.prison.as_ref() == Some(&prison))
        .filter_map(|(person, row)| match &row.detail {
            RowDetail::Release(facts) if period.holds(facts.released_on) => Some((*person, &**facts)),
            _ => None,
        })
        .collect();
    let counted = by_day(&releases, read.as_of, &Reading::default(), read.withheld);
    let title = format!("{prison}: releases by day of pick-up, {}", asked.quarter);
    let drawn = || Continuity {
        title: title.clone(),
        subtitle: subtitle(&read),
        by_day: counted.by_day.clone(),
        not: counted.not,
        open: counted.open,
    };
    let wire = ContinuityChartWire {
        prison: prison.to_string(),
        period: asked.quarter.to_string(),
        as_of: read.as_of,
        small_numbers_withheld: read.withheld,
        by_day: counted.by_day.clone(),
        not_picked_up: counted.not,
        window_open: counted.open,
    };
    Ok(form.answer(
        wire,
        &title,
        |_| vec![drawn().svg("continuity")],
        || drawn().table(),
        &notes(&read),
        read.position,
    ))
}
