//! `GET /v1/indicators`: which figures there are, and what each means.

use super::wire::DefinitionWire;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use axum::Json;
use serde::Serialize;
use throughcare_domain::indicators::Definition;
use utoipa::ToSchema;

/// Every indicator.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Definitions {
    /// In the order in which they are shown.
    pub data: Vec<DefinitionWire>,
}

/// Which figures there are
///
/// Each with its numerator, its denominator, how uncertain points are read, and where its rule comes from.
#[utoipa::path(
    get, path = "/v1/indicators", tag = "Indicators",
    responses((status = 200, description = "The definitions", body = Definitions), ReadRefused)
)]
pub async fn indicators(_: Asking) -> Json<Definitions> {
    Json(Definitions {
        data: Definition::all().iter().map(DefinitionWire::from).collect(),
    })
}
