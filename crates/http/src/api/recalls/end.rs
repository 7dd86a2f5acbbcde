//! `POST /v1/naloxone-recalls/{id}/end`: end a recall.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, Reading, occurred};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::OrganisationCommand;
use throughcare_domain::id::RecallId;
use utoipa::ToSchema;

/// The end of a recall.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecallEnd {
    /// Why: a code of `recall-end-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "completed")]
    pub reason: String,
    /// The first day on which nobody is to be told any more; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// End a recall
///
/// By the organisation that told of it, and administrators of it.
#[utoipa::path(
    post, path = "/v1/naloxone-recalls/{id}/end", tag = "Naloxone",
    params(("id" = Uuid, Path, description = "The recall")),
    request_body = RecallEnd, responses(CommandAnswers)
)]
pub async fn end_recall(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<RecallEnd>,
) -> Result<Response, Problem> {
    let recall = RecallId(id);
    let directory = state.app.directory().await.map_err(problem)?;
    if directory.recall(recall).is_none() {
        return Err(Problem::new(ProblemKind::NotFound));
    }
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let occurred = occurred(body.occurred, request.received_at);
    let mut reading = Reading::default();
    let reason = reading.code(&body.reason, "/reason");
    let reason = reading.whole(reason)?;
    let command = OrganisationCommand::EndRecall {
        organisation: asking.caller.organisation().clone(),
        recall,
        reason,
    };
    let answer = state
        .app
        .administer(occurred, command, request)
        .await
        .map_err(problem)?;
    created(
        &state,
        &fingerprint,
        answer,
        Some(format!("/v1/naloxone-recalls/{id}")),
    )
    .await
}
