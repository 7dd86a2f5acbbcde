//! `GET /v1/reference-data`: the code lists and their versions.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A code list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeSet {
    /// Its name, as it stands in the address.
    #[schema(example = "referral-sources")]
    pub set: String,
    /// Its version: of a national data set, or the month in which the list was made.
    pub version: String,
    /// How many codes it has or ever had.
    pub codes: usize,
}

/// Every code list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CodeSets {
    /// The lists, by name.
    pub data: Vec<CodeSet>,
}

/// Code lists and their versions
///
/// All of them on one page: there are a few dozen.
#[utoipa::path(
    get, path = "/v1/reference-data", tag = "Reference data",
    responses((status = 200, description = "The lists, by name", body = CodeSets), ReadRefused)
)]
pub async fn code_sets(State(state): State<ApiState>, _asking: Asking) -> Result<Json<CodeSets>, Problem> {
    let reference = state.app.reference().await;
    let data = reference
        .lists()
        .map(|list| CodeSet {
            set: list.name().to_owned(),
            version: list.version().to_owned(),
            codes: list.entries().len(),
        })
        .collect();
    Ok(Json(CodeSets { data }))
}
