//! `DELETE /v1/webhooks/{id}`: tell a receiver nothing more.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;

/// Tell a receiver nothing more
///
/// Its secrets go, and what waited to be told. That it was there stays. By administrators of the organisation who
/// signed in.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "Webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "It has ended"), ReadRefused)
)]
pub async fn end_webhook(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<StatusCode, Problem> {
    // There is no body of which a fingerprint could tell.
    let request = asking.request([0; 32], None)?;
    state.app.end_webhook(id, &request).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}
