//! `POST /v1/organisations/{organisation}/clients/{registrationId}/revocation`: revoke a system's registration.

use super::{place, said};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::ExternalReference;
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::MemberCommand;
use throughcare_domain::id::RegistrationId;
use utoipa::ToSchema;

/// The revocation of a registration.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientRevocation {
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Revoke the registration of a system
///
/// At once, as for a membership: neither the system nor anybody who uses it acts for the organisation by it any more.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/clients/{registrationId}/revocation", tag = "Members",
    params(
        ("organisation" = String, Path, description = "Code of the organisation"),
        ("registrationId" = uuid::Uuid, Path, description = "The registration"),
    ),
    request_body = ClientRevocation, responses(CommandAnswers)
)]
pub async fn revoke_client(
    State(state): State<ApiState>,
    asking: Asking,
    Path(at): Path<(String, String)>,
    ValidJson { body, fingerprint }: ValidJson<ClientRevocation>,
) -> Result<Response, Problem> {
    let (organisation, registration) = place(&at)?;
    let command = MemberCommand::RevokeClient(RegistrationId(registration));
    let sent = (fingerprint, body.external_reference);
    said(&state, &asking, organisation, command, sent).await
}
