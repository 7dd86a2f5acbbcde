//! `POST /v1/custody-movements`: tell a movement by prisoner number.

use super::movement::MovementWire;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandBody, Told, command_body};
use crate::api::refusal::problem;
use crate::api::wire::{Reading, occurred};
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemBody};
use crate::receipt::Receipt;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use throughcare_app::HeldMovement;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::when::london_date;
use utoipa::ToSchema;
use uuid::Uuid;

command_body! {
    /// A movement of a prisoner.
    pub struct PrisonerMovement {
        /// Whose: the prisoner number.
        #[schema(min_length = 1, max_length = 20, example = "A1234BC")]
        pub prisoner_number: String,
        /// What moved.
        pub movement: MovementWire,
    }
}

/// That it arrived.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementAccepted {
    /// Quote this when asking about the movement; a repeated request gets the same.
    pub receipt_id: Uuid,
    /// The same, signed.
    pub receipt: Receipt,
}

/// Tell a movement by prisoner number
///
/// For systems that know prisoners by number. The movement is recorded for whoever holds the number. When nobody
/// does, it waits, sealed, for a year, and is recorded when a record gains the number. The answer does not say
/// which.
#[utoipa::path(
    post, path = "/v1/custody-movements", tag = "Custody", request_body = PrisonerMovement,
    responses(
        (status = 202, description = "It arrived", body = MovementAccepted),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn send_movement(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson {
        mut body,
        fingerprint,
    }: ValidJson<PrisonerMovement>,
) -> Result<(StatusCode, Json<MovementAccepted>), Problem> {
    let told = body.told();
    let request = asking.request(fingerprint, told.external_reference.clone().map(Into::into))?;
    let told = held(body, told, request.received_at)?;
    let receipt = state.app.send_movement(told, request).await.map_err(problem)?;
    Ok((
        StatusCode::ACCEPTED,
        Json(MovementAccepted {
            receipt_id: receipt.id,
            receipt: state
                .receipts
                .sign(&fingerprint, &[("receipt", receipt.id)], None),
        }),
    ))
}

/// The movement as the use case takes it.
///
/// # Errors
/// Every fault at once.
pub fn held(body: PrisonerMovement, told: Told, now: Timestamp) -> Result<HeldMovement, Problem> {
    let mut reading = Reading::default();
    let number = Identifier::parse(
        IdentifierKind::PrisonerNumber,
        &body.prisoner_number,
        london_date(now).year(),
    );
    let number = reading
        .faults
        .take("/prisonerNumber", "identifier_invalid", number);
    let movement = body.movement.read(&mut reading, "/movement");
    let (prisoner_number, movement) = reading.whole(number.zip(movement))?;
    Ok(HeldMovement {
        prisoner_number,
        occurred: occurred(told.occurred, now),
        note: told.note,
        movement,
    })
}
