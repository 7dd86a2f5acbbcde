//! `POST /v1/referrals/{id}/acceptance`: accept a referral.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::ReferralId;

command_body! {
    /// A referral taken on.
    pub struct Acceptance {
    }
}

/// Accept a referral
///
/// By the organisation of the service asked, which then sees the record.
#[utoipa::path(
    post, path = "/v1/referrals/{id}/acceptance", tag = "Referrals", params(("id" = Uuid, Path)), request_body = Acceptance, responses(CommandAnswers)
)]
pub async fn accept(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<Acceptance>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |_, _, _| Some(Command::AcceptReferral(ReferralId(id))),
    )
    .await
}
