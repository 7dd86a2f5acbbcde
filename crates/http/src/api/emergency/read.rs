//! `GET /v1/break-glass/{id}`: who looked, and why.

use super::list::ReviewShown;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::access::review_due_on;
use throughcare_domain::id::GlassId;
use utoipa::ToSchema;
use uuid::Uuid;

/// A look in an emergency.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakGlassRead {
    /// Its id.
    pub break_glass_id: Uuid,
    /// The clinician.
    pub user: String,
    /// Their organisation.
    pub organisation: String,
    /// A code of `break-glass-reasons`.
    pub reason: String,
    /// Why, in the clinician's words; auditors are not shown it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The day.
    pub looked_on: Date,
    /// Until when it was shown.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// The last day on which a review is in time.
    pub review_due_on: Date,
    /// The review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewShown>,
}

/// A look in an emergency
///
/// For privacy officers of the organisation whose clinician looked, and for auditors. Whose record it was is in the
/// access log of the person.
#[utoipa::path(
    get, path = "/v1/break-glass/{id}", tag = "Emergency", params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "The look", body = BreakGlassRead,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn break_glass_look(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Response, Problem> {
    let read = state
        .app
        .glass(&asking.caller, GlassId(id))
        .await
        .map_err(problem)?;
    let look = read.look;
    let looked_on = look.at.date();
    let body = BreakGlassRead {
        break_glass_id: id,
        user: look.user.to_string(),
        organisation: look.organisation.to_string(),
        reason: look.reason.to_string(),
        note: read.note,
        looked_on,
        until: look.until,
        review_due_on: review_due_on(looked_on),
        review: look.reviewed.map(|(at, by, outcome)| ReviewShown {
            reviewed_on: at.date(),
            by: by.to_string(),
            outcome: outcome.to_string(),
        }),
    };
    Ok(shown(body, read.position))
}
