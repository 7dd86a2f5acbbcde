//! `POST /v1/webhooks/{id}/secret-rotation`: sign with a new secret.

use super::SecretShown;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::json::ValidJson;
use crate::outbound::written_secret;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use throughcare_app::webhooks::OVERLAP;
use utoipa::ToSchema;

/// Nothing is to be told.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateSecret {}

/// Sign with a new secret
///
/// The one before counts for a day: until then what is told carries a signature by each. One that was rotated away
/// already counts no more. By administrators of the organisation who signed in.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/secret-rotation", tag = "Webhooks", params(("id" = uuid::Uuid, Path)),
    request_body = RotateSecret,
    responses((status = 200, description = "The new secret", body = SecretShown), ReadRefused)
)]
pub async fn rotate_webhook_secret(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { fingerprint, .. }: ValidJson<RotateSecret>,
) -> Result<Json<SecretShown>, Problem> {
    let request = asking.request(fingerprint, None)?;
    let secret = state
        .app
        .rotate_webhook_secret(id, &request)
        .await
        .map_err(problem)?;
    Ok(Json(SecretShown {
        webhook_id: id,
        secret: written_secret(&secret),
        overlap_hours: Some(OVERLAP.as_secs() / 3_600),
    }))
}
