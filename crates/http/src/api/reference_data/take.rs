//! `POST /v1/reference-data/{set}/versions/{version}/use`: take a version into use that was loaded before.

use super::versions::VersionInUse;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use throughcare_app::administrator_of;
use utoipa::ToSchema;

/// Nothing is to be told.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TakeIntoUse {}

/// Take a version of a code list into use
///
/// Administrators only. It supersedes the version in use, under the same conditions as a newly loaded one.
#[utoipa::path(
    post, path = "/v1/reference-data/{set}/versions/{version}/use", tag = "Reference data",
    params(
        ("set" = String, Path, description = "Name of the list", example = "referral-sources"),
        ("version" = String, Path, description = "The version"),
    ),
    request_body = TakeIntoUse,
    responses((status = 200, description = "It is in use", body = VersionInUse), CommandAnswers)
)]
pub async fn take_version(
    State(state): State<ApiState>,
    asking: Asking,
    Path((set, version)): Path<(String, String)>,
    ValidJson { fingerprint, .. }: ValidJson<TakeIntoUse>,
) -> Result<Json<VersionInUse>, Problem> {
    asking.request(fingerprint, None)?;
    let by = administrator_of(&asking.caller).map_err(problem)?;
    let taken = state.app.take_list(&set, &version, &by).await.map_err(problem)?;
    Ok(Json(VersionInUse::of(set, taken)))
}
