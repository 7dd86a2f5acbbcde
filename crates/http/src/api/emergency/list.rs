//! `GET /v1/break-glass`: looks in an emergency by an organisation's clinicians.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, shown, write_place};
use crate::api::wire::Reading;
use crate::lists::{Page, Pagination, per_page};
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::GlassListed;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which looks.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BreakGlassQuery {
    /// Of this organisation's clinicians; your own when absent, and for auditors everybody's.
    #[schema(min_length = 2, max_length = 64)]
    #[param(min_length = 2, max_length = 64)]
    pub organisation: Option<String>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// The review of a look.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewShown {
    /// The day.
    pub reviewed_on: Date,
    /// Who reviewed it.
    pub by: String,
    /// A code of `break-glass-outcomes`.
    pub outcome: String,
}

/// A look in an emergency, without whose record it was.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakGlassLine {
    /// Its id.
    pub break_glass_id: Uuid,
    /// For which organisation.
    pub organisation: String,
    /// The clinician.
    pub user: String,
    /// A code of `break-glass-reasons`.
    pub reason: String,
    /// The day.
    pub looked_on: Date,
    /// Until when it was shown.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// The last day on which a review is in time.
    pub review_due_on: Date,
    /// The review; absent until somebody reviews it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewShown>,
}

impl From<GlassListed> for BreakGlassLine {
    fn from(one: GlassListed) -> Self {
        let look = one.look;
        Self {
            break_glass_id: one.id.0,
            organisation: one.organisation.to_string(),
            user: look.user.to_string(),
            reason: look.reason.to_string(),
            looked_on: look.looked_on,
            until: look.until,
            review_due_on: look.review_due_on,
            review: look.reviewed.map(|(on, by, outcome)| ReviewShown {
                reviewed_on: on,
                by: by.to_string(),
                outcome: outcome.to_string(),
            }),
        }
    }
}

/// Looks in an emergency
///
/// For privacy officers those of their organisation's clinicians, for auditors those of everybody; the newest first.
#[utoipa::path(
    get, path = "/v1/break-glass", tag = "Emergency", params(BreakGlassQuery),
    responses(
        (status = 200, description = "A page of looks", body = Page<BreakGlassLine>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn break_glass_looks(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<BreakGlassQuery>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let organisation = query
        .organisation
        .as_deref()
        .map(|text| reading.organisation(text, "/query/organisation"));
    let organisation = reading.whole(Some(organisation.flatten()))?;
    let own = asking.caller.organisation().as_str();
    let asked = query.organisation.as_deref().unwrap_or_default();
    let scope = state.cursors.scope("/v1/break-glass", &[own, asked]);
    let after = read_place(&scope, query.cursor.as_deref())?;
    let size = per_page(query.per_page);
    asking.wait(&state.app).await?;
    let page = state
        .app
        .glasses(&asking.caller, organisation, after, size)
        .await
        .map_err(problem)?;
    let body = Page {
        data: page
            .looks
            .into_iter()
            .map(BreakGlassLine::from)
            .collect::<Vec<_>>(),
        pagination: Pagination {
            has_more: page.next.is_some(),
            next_cursor: page.next.map(|place| write_place(&scope, place)),
            per_page: size,
        },
    };
    Ok(shown(body, page.position))
}
