//! `POST /v1/people/{id}/identifiers/{eventId}/withdrawal`: withdraw an identifier.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::json::ValidJson;
use crate::path::TwoIdsPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{EventId, PersonId};

command_body! {
    /// An identifier to withdraw.
    pub struct IdentifierWithdrawal {
    }
}

/// Withdraw an identifier
///
/// For an identifier that turned out not to be theirs. The record keeps that it once stood here; `eventId` is the event that recorded it.
#[utoipa::path(
    post, path = "/v1/people/{id}/identifiers/{eventId}/withdrawal", tag = "People", params(("id" = Uuid, Path), ("eventId" = Uuid, Path)), request_body = IdentifierWithdrawal, responses(CommandAnswers)
)]
pub async fn withdraw_identifier(
    State(state): State<ApiState>,
    asking: Asking,
    TwoIdsPath(id, other): TwoIdsPath,
    ValidJson { body, fingerprint }: ValidJson<IdentifierWithdrawal>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |_, _, _| {
            Some(Command::WithdrawIdentifier {
                recorded_by: EventId(other),
            })
        },
    )
    .await
}
