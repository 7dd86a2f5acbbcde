//! `GET /v1/webhooks/{id}`: a webhook, and what happened to it.

use super::WebhookShown;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What was done with a webhook, or what it did by itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HappeningShown {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What: `made`, `secret_rotated`, `replayed`, `tested`, `ended`, or why it was disabled.
    #[schema(example = "disabled_gone")]
    pub what: String,
    /// Who did it; the program itself, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A webhook, and what happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookOne {
    /// The webhook.
    pub webhook: WebhookShown,
    /// The end of the log: what lies between the webhook's position and this is not yet known to be told or not.
    pub head_position: u64,
    /// What happened to it, the last first; 50 at most.
    pub happenings: Vec<HappeningShown>,
}

/// A webhook, and what happened to it
///
/// Of your organisation, also one that has ended. For administrators.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "Webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The webhook", body = WebhookOne), ReadRefused)
)]
pub async fn webhook(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Json<WebhookOne>, Problem> {
    let read = state.app.webhook(&asking.caller, id).await.map_err(problem)?;
    let happenings = read.happenings.into_iter().map(|one| HappeningShown {
        at: one.at,
        what: one.what,
        by: one.by,
    });
    Ok(Json(WebhookOne {
        webhook: read.webhook.into(),
        head_position: read.head,
        happenings: happenings.collect(),
    }))
}
