//! `POST /v1/referrals/{id}/rejection`: decline a referral.

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
    /// Why: a code of `rejection-reasons`.
    pub struct Rejection {
        /// A code of `rejection-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }
}

/// Decline a referral
///
/// By the organisation of the service asked. The sender sees the reason.
#[utoipa::path(
    post, path = "/v1/referrals/{id}/rejection", tag = "Referrals", params(("id" = Uuid, Path)), request_body = Rejection, responses(CommandAnswers)
)]
pub async fn reject(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<Rejection>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            Some(Command::RejectReferral {
                referral: ReferralId(id),
                reason: reading.code(&body.reason, "/reason")?,
            })
        },
    )
    .await
}
