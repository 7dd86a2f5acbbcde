//! Who may act for an organisation: the systems that ask for it, and its members.

mod change;
mod clients;
mod end;
mod grant;
mod list;
mod register_client;
mod revoke_client;
mod wire;

pub use wire::RoleName;

use super::ApiState;
use super::answered::created;
use super::asking::Asking;
use super::refusal::problem;
use super::wire::ExternalReference;
use crate::idempotency::Fingerprint;
use crate::path::parse_uuid;
use crate::problem::{Problem, ProblemKind};
use axum::response::Response;
use throughcare_domain::access::is_shown_members;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::{MemberCommand, OrganisationCommand};
use throughcare_domain::directory::Directory;
use throughcare_domain::when::Occurred;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(grant::grant_membership, list::members))
        .routes(routes!(change::change_membership))
        .routes(routes!(end::end_membership))
        .routes(routes!(register_client::register_client, clients::clients))
        .routes(routes!(revoke_client::revoke_client))
}

fn not_found() -> Problem {
    Problem::new(ProblemKind::NotFound)
}

/// The organisation and the id in an address.
fn place((organisation, id): &(String, String)) -> Result<(OrganisationCode, Uuid), Problem> {
    let code = OrganisationCode::parse(organisation).map_err(|_| not_found())?;
    Ok((code, parse_uuid(id).ok_or_else(not_found)?))
}

/// Records what is said of an organisation that is registered.
async fn said(
    state: &ApiState,
    asking: &Asking,
    organisation: OrganisationCode,
    command: MemberCommand,
    (fingerprint, reference): (Fingerprint, Option<ExternalReference>),
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, reference.map(Into::into))?;
    let directory = state.app.directory().await.map_err(problem)?;
    if directory.organisation(&organisation).is_none() {
        return Err(not_found());
    }
    let occurred = Occurred::At(request.received_at);
    let command = OrganisationCommand::Members {
        organisation,
        command,
    };
    let answer = state
        .app
        .administer(occurred, command, request)
        .await
        .map_err(problem)?;
    created(state, &fingerprint, answer, None).await
}

/// The organisation, for those who are shown its members.
async fn shown_to(
    state: &ApiState,
    asking: &Asking,
    organisation: &str,
) -> Result<(OrganisationCode, std::sync::Arc<Directory>), Problem> {
    let code = OrganisationCode::parse(organisation).map_err(|_| not_found())?;
    let directory = state.app.directory().await.map_err(problem)?;
    let caller = &asking.caller;
    let shown = is_shown_members(caller.role(), caller.organisation(), &code);
    if !shown || directory.organisation(&code).is_none() {
        return Err(not_found());
    }
    Ok((code, directory))
}
