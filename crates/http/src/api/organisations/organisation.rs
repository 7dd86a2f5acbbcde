//! `GET /v1/organisations/{organisation}`: one organisation.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use throughcare_domain::code::OrganisationCode;
use utoipa::ToSchema;

/// An organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrganisationShown {
    /// Its code.
    pub organisation: String,
    /// Its name.
    pub name: String,
    /// Codes of its services, closed ones included.
    pub services: Vec<String>,
}

/// An organisation
///
/// For every role.
#[utoipa::path(
    get, path = "/v1/organisations/{organisation}", tag = "Organisations",
    params(("organisation" = String, Path, description = "Code of the organisation")),
    responses((status = 200, description = "The organisation", body = OrganisationShown), ReadRefused)
)]
pub async fn organisation(
    State(state): State<ApiState>,
    _asking: Asking,
    Path(organisation): Path<String>,
) -> Result<Json<OrganisationShown>, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let code = OrganisationCode::parse(&organisation).map_err(|_| not_found())?;
    let directory = state.app.directory().await.map_err(problem)?;
    let name = directory.organisation(&code).ok_or_else(not_found)?.to_owned();
    let services = directory
        .services()
        .filter(|service| service.organisation == code);
    let services = services.map(|service| service.code.to_string()).collect();
    Ok(Json(OrganisationShown {
        organisation,
        name,
        services,
    }))
}
