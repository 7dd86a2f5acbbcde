//! `GET /v1/reference-data/{set}/versions`: the versions of a code list, with who and when.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use throughcare_app::ListLoaded;
use utoipa::ToSchema;

/// The version that is in use.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionInUse {
    /// The list.
    pub set: String,
    /// The version in use.
    pub version: String,
    /// The version whose place it took; absent when nothing changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded: Option<String>,
}

impl VersionInUse {
    /// What came of loading.
    pub fn of(set: String, loaded: ListLoaded) -> Self {
        Self {
            set,
            version: loaded.in_use,
            superseded: loaded.superseded,
        }
    }
}

/// When a version was taken into use.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListUseShown {
    /// When.
    pub since: Timestamp,
    /// By whom.
    pub by: String,
}

/// A version of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionShown {
    /// Its name.
    pub version: String,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// By whom; `throughcare` for the lists that come with the program.
    pub loaded_by: String,
    /// How many codes it has.
    pub codes: u64,
    /// It is the one in use.
    pub in_use: bool,
    /// When it was taken into use, and by whom.
    pub uses: Vec<ListUseShown>,
}

/// The versions of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionsShown {
    /// The list.
    pub set: String,
    /// The versions, the first one loaded first.
    pub data: Vec<VersionShown>,
}

/// The versions of a code list
///
/// Who loaded which and when, and which one is in use. All on one page: a list changes a few times a year.
#[utoipa::path(
    get, path = "/v1/reference-data/{set}/versions", tag = "Reference data",
    params(("set" = String, Path, description = "Name of the list", example = "referral-sources")),
    responses((status = 200, description = "The versions", body = VersionsShown), ReadRefused)
)]
pub async fn versions_of_set(
    State(state): State<ApiState>,
    _asking: Asking,
    Path(set): Path<String>,
) -> Result<Json<VersionsShown>, Problem> {
    let versions = state.app.list_versions(&set).await.map_err(problem)?;
    let data = versions.into_iter().map(|one| VersionShown {
        version: one.version,
        loaded_at: one.loaded_at,
        loaded_by: one.loaded_by,
        codes: one.codes,
        in_use: one.in_use,
        uses: one
            .uses
            .into_iter()
            .map(|(since, by)| ListUseShown { since, by })
            .collect(),
    });
    let data = data.collect();
    Ok(Json(VersionsShown { set, data }))
}
