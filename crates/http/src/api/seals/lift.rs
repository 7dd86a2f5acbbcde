//! `POST /v1/seals/{id}/lift`: open a sealed record again.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, Reading};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::id::SealId;
use utoipa::ToSchema;

/// Why a record need be sealed no longer.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealLift {
    /// A code of `seal-lift-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "no_longer_needed")]
    pub reason: String,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Open a sealed record again
///
/// By a privacy officer of the organisation that sealed it: everybody sees again what they saw before.
#[utoipa::path(
    post, path = "/v1/seals/{id}/lift", tag = "Data protection", params(("id" = uuid::Uuid, Path)),
    request_body = SealLift, responses(CommandAnswers)
)]
pub async fn lift_seal(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<SealLift>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let reason = reading.code(&body.reason, "/reason");
    let reason = reading.whole(reason)?;
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let answer = state
        .app
        .lift_seal(SealId(id), reason, request)
        .await
        .map_err(problem)?;
    created(&state, &fingerprint, answer, None).await
}
