//! `POST /v1/people/{id}/merges`: two records are one person's.

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

/// Another record of the same person.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMerge {
    /// The other record. From now on both are read under the id in the path; both ids answer.
    pub other_person_id: Uuid,
    /// How you made sure that it is one person: a code of `identity-attestations`.
    #[schema(min_length = 1, max_length = 40, example = "photo_compared")]
    pub attested: String,
    /// Join them although it was said before that they are two people's.
    pub despite_mark: Option<bool>,
    /// Free text, sealed with the identity.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

/// Join two records of one person
///
/// By a named worker who sees both and attests that it is one person. Each record keeps its own events; they are read
/// together until the merge is undone. Everybody who has the person in care finds it on the list `records-merged`. What
/// does not fit once both are one is not refused: `flags` says so.
#[utoipa::path(
    post, path = "/v1/people/{id}/merges", tag = "People", params(("id" = Uuid, Path)),
    request_body = NewMerge, responses(CommandAnswers)
)]
pub async fn join(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewMerge>,
) -> Result<Response, Problem> {
    let about = MergeAbout::Two(PersonId(id), PersonId(body.other_person_id));
    said(&state, &asking, fingerprint, about, body.note, |reading| {
        Some(MergeCommand::Join {
            attested: reading.code(&body.attested, "/attested")?,
            despite_mark: body.despite_mark == Some(true),
        })
    })
    .await
}
