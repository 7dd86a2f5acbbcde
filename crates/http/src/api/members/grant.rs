//! `POST /v1/organisations/{organisation}/members`: grant somebody a role.

use super::wire::RoleName;
use super::{not_found, said};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::{DateWire, ExternalReference, Reading};
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::MemberCommand;
use utoipa::ToSchema;

/// A membership to grant.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMembership {
    /// Who, by the `user_name` of their tokens.
    #[schema(min_length = 1, max_length = 100, example = "r.ashdown")]
    pub user: String,
    /// In which role.
    pub role: RoleName,
    /// The first day; at once, when absent.
    pub from: Option<DateWire>,
    /// The last day; until it is ended, when absent.
    pub until: Option<DateWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Grant somebody a role
///
/// By administrators who signed in, and never to themselves. Somebody may have several roles, and be a member of
/// several organisations; a token says in which one they act now.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/members", tag = "Members",
    params(("organisation" = String, Path, description = "Code of the organisation")),
    request_body = NewMembership, responses(CommandAnswers)
)]
pub async fn grant_membership(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<NewMembership>,
) -> Result<Response, Problem> {
    let organisation = OrganisationCode::parse(&organisation).map_err(|_| not_found())?;
    let mut reading = Reading::default();
    let user = reading.user_name(&body.user, "/user");
    let command = MemberCommand::Grant {
        user: reading.whole(user)?,
        role: body.role.into(),
        from: body.from.map(|day| day.0),
        until: body.until.map(|day| day.0),
    };
    let sent = (fingerprint, body.external_reference);
    said(&state, &asking, organisation, command, sent).await
}
