//! `POST /v1/organisations/{organisation}/services`: open a service.

use super::kind::ServiceKindWire;
use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, Reading, occurred};
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::{NewService, OrganisationCommand};
use utoipa::ToSchema;

/// A service to open.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceToOpen {
    /// Its code, which never changes.
    #[schema(
        min_length = 2,
        max_length = 64,
        pattern = "^[a-z0-9-]+$",
        example = "northshire-community"
    )]
    pub service: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it is.
    pub kind: ServiceKindWire,
    /// Authorities for whose residents it is responsible, codes of `areas`.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub areas: Vec<String>,
    /// Prisons in which it works, codes of `prisons`.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub prisons: Vec<String>,
    /// Since when; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Open a service
///
/// Administrators only.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/services", tag = "Organisations",
    params(("organisation" = String, Path, description = "Code of the organisation")),
    request_body = ServiceToOpen, responses(CommandAnswers)
)]
pub async fn open_service(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<ServiceToOpen>,
) -> Result<Response, Problem> {
    let organisation =
        OrganisationCode::parse(&organisation).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    let request = asking.request(fingerprint, body.external_reference.clone().map(Into::into))?;
    let occurred = occurred(body.occurred, request.received_at);
    let mut reading = Reading::default();
    let service = service(body, &mut reading);
    let service = reading.whole(service)?;
    let location = format!("/v1/services/{}", service.code);
    let command = OrganisationCommand::OpenService {
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

fn service(body: ServiceToOpen, reading: &mut Reading) -> Option<NewService> {
    let code = reading.service(&body.service, "/service");
    let areas = body.areas.iter().enumerate();
    let areas = areas
        .filter_map(|(index, text)| reading.area(text, &format!("/areas/{index}")))
        .collect();
    let prisons = body.prisons.iter().enumerate();
    let prisons = prisons
        .filter_map(|(index, text)| reading.prison(text, &format!("/prisons/{index}")))
        .collect();
    Some(NewService {
        code: code?,
        name: body.name,
        kind: body.kind.into(),
        areas,
        prisons,
    })
}
