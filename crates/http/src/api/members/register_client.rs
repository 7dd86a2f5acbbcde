//! `POST /v1/organisations/{organisation}/clients`: register a system.

use super::wire::{RoleName, SectorName};
use super::{not_found, said};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::{ExternalReference, Reading};
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::MemberCommand;
use utoipa::ToSchema;

/// A system to register.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewClient {
    /// The system, by the `client_id` of its tokens.
    #[schema(min_length = 1, max_length = 100, example = "northshire-records")]
    pub client: String,
    /// What it is for.
    pub sector: SectorName,
    /// In which roles it asks, by itself and for those who use it.
    #[schema(min_items = 1, max_items = 7)]
    pub roles: Vec<RoleName>,
    /// For which services of the organisation alone it asks; for all of them when absent. It then names no other service
    /// of the organisation, and reaches nobody whom these neither treat nor were asked to take on. To change it, revoke
    /// the registration and register the system anew.
    #[schema(min_items = 1, max_items = 50)]
    pub services: Option<Vec<String>>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Register a system that asks for an organisation
///
/// By administrators who signed in. A system may be registered with several organisations, and with one several times:
/// it asks in the roles of all that are not revoked.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/clients", tag = "Members",
    params(("organisation" = String, Path, description = "Code of the organisation")),
    request_body = NewClient, responses(CommandAnswers)
)]
pub async fn register_client(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<NewClient>,
) -> Result<Response, Problem> {
    let organisation = OrganisationCode::parse(&organisation).map_err(|_| not_found())?;
    let mut reading = Reading::default();
    let client = reading.client(&body.client, "/client");
    let services = body.services.unwrap_or_default();
    let services: Vec<_> = services
        .iter()
        .enumerate()
        .filter_map(|(place, text)| reading.service(text, &format!("/services/{place}")))
        .collect();
    let command = MemberCommand::RegisterClient {
        services,
        client: reading.whole(client)?,
        sector: body.sector.into(),
        roles: body.roles.into_iter().map(Into::into).collect(),
    };
    let sent = (fingerprint, body.external_reference);
    said(&state, &asking, organisation, command, sent).await
}
