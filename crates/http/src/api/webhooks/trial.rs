//! `POST /v1/webhooks/{id}/test`: whether a receiver listens.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use crate::sweeping::Lookup;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Nothing is to be told.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewWebhookTest {}

/// What came back.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookTest {
    /// The webhook.
    pub webhook_id: Uuid,
    /// The `webhook-id` under which it was sent.
    #[schema(example = "msg_0198c5a07d1e7a3b9c415f2e8d6b1a70")]
    pub message_id: String,
    /// True when the receiver took it: it answered with a status from 200 to 299.
    pub taken: bool,
    /// What it answered, when it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "no answer in time")]
    pub fault: Option<String>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// Try whether a receiver listens
///
/// Sends `throughcare.webhook.tried`, which tells of nothing, once, now, signed like everything else and to the same
/// addresses; answers what came back, within 15 seconds. Also while the webhook is disabled; nothing that the receiver
/// answers changes the webhook. By administrators of the organisation who signed in, 6 times a minute and 60 times an
/// hour; then 429.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", tag = "Webhooks", params(("id" = uuid::Uuid, Path)),
    request_body = NewWebhookTest,
    responses((status = 200, description = "What came back", body = WebhookTest), ReadRefused)
)]
pub async fn try_webhook(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { fingerprint, .. }: ValidJson<NewWebhookTest>,
) -> Result<Json<WebhookTest>, Problem> {
    let request = asking.request(fingerprint, None)?;
    state.lookups.take(Lookup::WebhookTest, &asking.caller)?;
    let tried = state
        .app
        .try_webhook(id, &request, &*state.carrier)
        .await
        .map_err(problem)?;
    Ok(Json(WebhookTest {
        webhook_id: id,
        message_id: format!("msg_{}", tried.id.simple()),
        taken: tried.status.is_some_and(|status| (200..300).contains(&status)),
        status: tried.status,
        fault: tried.fault.map(str::to_owned),
        milliseconds: u64::try_from(tried.took.as_millis()).unwrap_or(u64::MAX),
    }))
}
