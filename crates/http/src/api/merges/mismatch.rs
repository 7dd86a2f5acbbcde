//! `POST /v1/people/{id}/mismatches`: two records are two people's, however alike.

use super::said;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::MergeAbout;
use throughcare_domain::command::MergeCommand;
use throughcare_domain::id::PersonId;
use utoipa::ToSchema;
use uuid::Uuid;

/// A record of somebody else.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMismatch {
    /// The other record.
    pub other_person_id: Uuid,
    /// A code of `mismatch-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "twins")]
    pub reason: String,
    /// Free text, sealed with the identity.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

/// Say that two records are two people's
///
/// They are not offered as a match again, and joined only by somebody who says so expressly.
#[utoipa::path(
    post, path = "/v1/people/{id}/mismatches", tag = "People", params(("id" = Uuid, Path)),
    request_body = NewMismatch, responses(CommandAnswers)
)]
pub async fn mismatch(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewMismatch>,
) -> Result<Response, Problem> {
    let about = MergeAbout::Two(PersonId(id), PersonId(body.other_person_id));
    said(&state, &asking, fingerprint, about, body.note, |reading| {
        Some(MergeCommand::NeverMatch {
            reason: reading.code(&body.reason, "/reason")?,
        })
    })
    .await
}
