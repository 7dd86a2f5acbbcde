//! `POST /v1/organisations/{organisation}/services/{service}/closure`: close a service.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, occurred};
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::decide::OrganisationCommand;
use utoipa::ToSchema;

/// The closure of a service.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceClosure {
    /// The first day on which it is closed; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Close a service
///
/// Administrators only. Its code is not used again.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/services/{service}/closure", tag = "Organisations",
    params(
        ("organisation" = String, Path, description = "Code of the organisation"),
        ("service" = String, Path, description = "Code of the service"),
    ),
    request_body = ServiceClosure, responses(CommandAnswers)
)]
pub async fn close_service(
    State(state): State<ApiState>,
    asking: Asking,
    Path((organisation, service)): Path<(String, String)>,
    ValidJson { body, fingerprint }: ValidJson<ServiceClosure>,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let organisation = OrganisationCode::parse(&organisation).map_err(|_| not_found())?;
    let service = ServiceCode::parse(&service).map_err(|_| not_found())?;
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let location = format!("/v1/services/{service}");
    let occurred = occurred(body.occurred, request.received_at);
    let command = OrganisationCommand::CloseService {
        organisation,
        service,
    };
    let answer = state
        .app
        .administer(occurred, command, request)
        .await
        .map_err(problem)?;
    created(&state, &fingerprint, answer, Some(location)).await
}
