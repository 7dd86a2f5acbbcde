//! `GET /v1/people/{id}/status-history`: every status with its duration.

use super::view::{ViewQuery, view};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::continuity::Reading;
use throughcare_domain::view::status_history::{StatusHistory, StatusSpan};
use utoipa::ToSchema;
use uuid::Uuid;

/// One status, from day to day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpanShown {
    /// Which.
    pub status: String,
    /// The first day.
    pub from: Date,
    /// The day on which the next one began; absent for the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Whole days, to the next one or to the day asked about.
    pub days: i32,
    /// The prison, for the setting track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prison: Option<String>,
    /// The event that brought it about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<Uuid>,
}

impl From<&StatusSpan> for SpanShown {
    fn from(span: &StatusSpan) -> Self {
        Self {
            status: span.status.to_owned(),
            from: span.from,
            to: span.to,
            days: span.days,
            prison: span.prison.as_ref().map(ToString::to_string),
            event_id: span.event.map(|event| event.0),
        }
    }
}

/// The statuses of a referral or an episode.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusesOf {
    /// Which.
    pub id: Uuid,
    /// Its statuses, oldest first.
    pub statuses: Vec<SpanShown>,
}

/// Every status a person has had, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusHistoryShown {
    /// The day to which durations are counted.
    pub as_of: Date,
    /// Where the person was.
    pub setting: Vec<SpanShown>,
    /// How far treatment had come at the end of each day.
    pub treatment: Vec<SpanShown>,
    /// Whether care went on after release, at the end of each day.
    pub continuity: Vec<SpanShown>,
    /// Each referral.
    pub referrals: Vec<StatusesOf>,
    /// Each episode.
    pub episodes: Vec<StatusesOf>,
}

/// Every status, for an answer.
pub fn shown(history: &StatusHistory, as_of: Date) -> StatusHistoryShown {
    let spans = |spans: &[StatusSpan]| spans.iter().map(SpanShown::from).collect();
    let of = |id: Uuid, of: &[StatusSpan]| StatusesOf {
        id,
        statuses: spans(of),
    };
    StatusHistoryShown {
        as_of,
        setting: spans(&history.setting),
        treatment: spans(&history.treatment),
        continuity: spans(&history.continuity),
        referrals: history
            .referrals
            .iter()
            .map(|(id, spans)| of(id.0, spans))
            .collect(),
        episodes: history
            .episodes
            .iter()
            .map(|(id, spans)| of(id.0, spans))
            .collect(),
    }
}

/// Every status a person has had, with its duration
#[utoipa::path(
    get, path = "/v1/people/{id}/status-history", tag = "People",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), ViewQuery),
    responses(
        (status = 200, description = "The statuses", body = StatusHistoryShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn status_history(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<ViewQuery>,
) -> Result<Response, Problem> {
    view(&state, &asking, id, query, &has, |read| {
        let history = StatusHistory::of(&read.history, read.day, &Reading::default());
        Ok(shown(&history, read.day))
    })
    .await
}
