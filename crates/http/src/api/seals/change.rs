//! `POST /v1/seals/{id}/named`: say who sees a sealed record.

use super::{NamedWire, named};
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

/// Who sees a sealed record from now on.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SealedFor {
    /// All of them: whoever is left out sees the record no longer.
    #[schema(min_items = 1, max_items = 50)]
    pub named: Vec<NamedWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Say who sees a sealed record
///
/// By a privacy officer of the organisation that sealed it. Name somebody of every organisation that treats the person.
#[utoipa::path(
    post, path = "/v1/seals/{id}/named", tag = "Data protection", params(("id" = uuid::Uuid, Path)),
    request_body = SealedFor, responses(CommandAnswers)
)]
pub async fn change_seal(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<SealedFor>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let named = named(&body.named, &mut reading);
    let named = reading.whole(Some(named))?;
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let answer = state
        .app
        .change_seal(SealId(id), named, request)
        .await
        .map_err(problem)?;
    created(&state, &fingerprint, answer, None).await
}
