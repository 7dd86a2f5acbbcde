//! `POST /v1/organisations`: register an organisation.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, Reading, occurred};
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::OrganisationCommand;
use utoipa::ToSchema;

/// An organisation to register.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewOrganisation {
    /// Its code, which tokens carry and which never changes.
    #[schema(
        min_length = 2,
        max_length = 64,
        pattern = "^[a-z0-9-]+$",
        example = "northshire-recovery"
    )]
    pub organisation: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Since when; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Register an organisation
///
/// Administrators only.
#[utoipa::path(
    post, path = "/v1/organisations", tag = "Organisations",
    request_body = NewOrganisation, responses(CommandAnswers)
)]
pub async fn register_organisation(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, fingerprint }: ValidJson<NewOrganisation>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let mut reading = Reading::default();
    let organisation = reading.organisation(&body.organisation, "/organisation");
    let organisation = reading.whole(organisation)?;
    let location = format!("/v1/organisations/{organisation}");
    let occurred = occurred(body.occurred, request.received_at);
    let command = OrganisationCommand::Register {
        organisation,
        name: body.name,
    };
    let answer = state
        .app
        .administer(occurred, command, request)
        .await
        .map_err(problem)?;
    created(&state, &fingerprint, answer, Some(location)).await
}
