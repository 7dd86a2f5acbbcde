//! `GET /v1/services/{service}`: one service.

use super::kind::ServiceKindWire;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::directory::{Directory, Service};
use utoipa::ToSchema;

/// A service.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceShown {
    /// Its code.
    pub service: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ServiceKindWire,
    /// Code of its organisation.
    pub organisation: String,
    /// Name of its organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation_name: Option<String>,
    /// Authorities for whose residents it is responsible.
    pub areas: Vec<String>,
    /// Prisons in which it works.
    pub prisons: Vec<String>,
    /// Since when.
    pub opened: Date,
    /// The first day on which it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Date>,
    /// The service to which its contract moves, on the day of `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_over_by: Option<String>,
}

/// The service as everyone sees it.
pub fn service_shown(service: &Service, directory: &Directory) -> ServiceShown {
    ServiceShown {
        service: service.code.to_string(),
        name: service.name.clone(),
        kind: service.kind.into(),
        organisation: service.organisation.to_string(),
        organisation_name: directory.organisation(&service.organisation).map(str::to_owned),
        areas: service.areas.iter().map(ToString::to_string).collect(),
        prisons: service.prisons.iter().map(ToString::to_string).collect(),
        opened: service.opened,
        closed: service.closed,
        taken_over_by: directory
            .contract_of(&service.code)
            .map(|contract| contract.told.to_service.to_string()),
    }
}

/// A service
///
/// For every role.
#[utoipa::path(
    get, path = "/v1/services/{service}", tag = "Organisations",
    params(("service" = String, Path, description = "Code of the service")),
    responses((status = 200, description = "The service", body = ServiceShown), ReadRefused)
)]
pub async fn service(
    State(state): State<ApiState>,
    _asking: Asking,
    Path(service): Path<String>,
) -> Result<Json<ServiceShown>, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let code = ServiceCode::parse(&service).map_err(|_| not_found())?;
    let directory = state.app.directory().await.map_err(problem)?;
    let service = directory.service(&code).ok_or_else(not_found)?;
    Ok(Json(service_shown(service, &directory)))
}
