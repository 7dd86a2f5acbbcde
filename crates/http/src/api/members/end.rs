//! `POST /v1/organisations/{organisation}/members/{memberId}/end`: end a membership.

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
use throughcare_domain::id::MemberId;
use utoipa::ToSchema;

/// The end of a membership.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MembershipEnd {
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// End a membership
///
/// At once: five seconds later no node answers. What is being recorded in that moment is refused. By administrators who
/// signed in; the only administrator stays one until there is another.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/members/{memberId}/end", tag = "Members",
    params(
        ("organisation" = String, Path, description = "Code of the organisation"),
        ("memberId" = uuid::Uuid, Path, description = "The membership"),
    ),
    request_body = MembershipEnd, responses(CommandAnswers)
)]
pub async fn end_membership(
    State(state): State<ApiState>,
    asking: Asking,
    Path(at): Path<(String, String)>,
    ValidJson { body, fingerprint }: ValidJson<MembershipEnd>,
) -> Result<Response, Problem> {
    let (organisation, member) = place(&at)?;
    let command = MemberCommand::End(MemberId(member));
    let sent = (fingerprint, body.external_reference);
    said(&state, &asking, organisation, command, sent).await
}
