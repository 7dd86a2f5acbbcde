//! `POST /v1/organisations/{organisation}/members/{memberId}/revision`: give a membership another last day.

use super::{place, said};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::{DateWire, ExternalReference};
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::MemberCommand;
use throughcare_domain::id::MemberId;
use utoipa::ToSchema;

/// The last day of a membership.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MembershipRevision {
    /// The last day; until it is ended, when absent.
    pub until: Option<DateWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Give a membership another last day
///
/// By administrators who signed in, and never to their own. A membership in another role is another one.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/members/{memberId}/revision", tag = "Members",
    params(
        ("organisation" = String, Path, description = "Code of the organisation"),
        ("memberId" = uuid::Uuid, Path, description = "The membership"),
    ),
    request_body = MembershipRevision, responses(CommandAnswers)
)]
pub async fn change_membership(
    State(state): State<ApiState>,
    asking: Asking,
    Path(at): Path<(String, String)>,
    ValidJson { body, fingerprint }: ValidJson<MembershipRevision>,
) -> Result<Response, Problem> {
    let (organisation, member) = place(&at)?;
    let command = MemberCommand::Change {
        member: MemberId(member),
        until: body.until.map(|day| day.0),
    };
    let sent = (fingerprint, body.external_reference);
    said(&state, &asking, organisation, command, sent).await
}
