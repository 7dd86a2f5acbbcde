//! `POST /v1/referrals/{id}/withdrawal`: take a referral back.

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
    /// Why: a code of `withdrawal-reasons`.
    pub struct Withdrawal {
        /// A code of `withdrawal-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }
}

/// Take a referral back
///
/// By the sender or by the service asked, as long as nobody was triaged.
#[utoipa::path(
    post, path = "/v1/referrals/{id}/withdrawal", tag = "Referrals", params(("id" = Uuid, Path)), request_body = Withdrawal, responses(CommandAnswers)
)]
pub async fn withdraw(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<Withdrawal>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            Some(Command::WithdrawReferral {
                referral: ReferralId(id),
                reason: reading.code(&body.reason, "/reason")?,
            })
        },
    )
    .await
}
