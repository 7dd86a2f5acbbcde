//! `POST /v1/merges/{id}/undoing`: two records are not one person's after all.

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
use throughcare_domain::id::MergeId;
use utoipa::ToSchema;

/// A merge that is undone.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeUndoing {
    /// A code of `merge-undoing-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "two_people")]
    pub reason: String,
    /// Free text, sealed with the identity.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
}

/// Part two records again
///
/// Each has its own events again; what was recorded since stays where it was addressed. The two are never offered as a
/// match again.
#[utoipa::path(
    post, path = "/v1/merges/{id}/undoing", tag = "People", params(("id" = Uuid, Path, description = "The merge")),
    request_body = MergeUndoing, responses(CommandAnswers)
)]
pub async fn undo(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<MergeUndoing>,
) -> Result<Response, Problem> {
    let merge = MergeId(id);
    said(
        &state,
        &asking,
        fingerprint,
        MergeAbout::Merge(merge),
        body.note,
        |reading| {
            Some(MergeCommand::Undo {
                merge,
                reason: reading.code(&body.reason, "/reason")?,
            })
        },
    )
    .await
}
