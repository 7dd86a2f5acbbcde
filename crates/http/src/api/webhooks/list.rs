//! `GET /v1/webhooks`: the webhooks of an organisation.

use super::WebhookShown;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// The webhooks of an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhooks {
    /// The webhooks, in the order in which they were made; those that have ended are left out.
    pub data: Vec<WebhookShown>,
}

/// The webhooks of your organisation
///
/// All of them on one page: there are 20 at most. For administrators.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "Webhooks",
    responses((status = 200, description = "The webhooks", body = Webhooks), ReadRefused)
)]
pub async fn webhooks(State(state): State<ApiState>, asking: Asking) -> Result<Json<Webhooks>, Problem> {
    let webhooks = state.app.webhooks(&asking.caller).await.map_err(problem)?;
    let data = webhooks.into_iter().map(WebhookShown::from).collect();
    Ok(Json(Webhooks { data }))
}
