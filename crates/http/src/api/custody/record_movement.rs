//! `POST /v1/people/{id}/custody-movements`: record a movement of somebody whose record you may see.

use super::movement::MovementWire;
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
use throughcare_domain::id::PersonId;

command_body! {
    /// A custody movement.
    pub struct CustodyMovement {
        /// What moved.
        pub movement: MovementWire,
    }
}

/// Record a custody movement
///
/// Going out is not a release: court, temporary absence, transfer and restricted hospital keep the stay open. The
/// reason code decides; a release to the community makes pick-up due within 21 days.
#[utoipa::path(
    post, path = "/v1/people/{id}/custody-movements", tag = "Custody", params(("id" = Uuid, Path)),
    request_body = CustodyMovement, responses(CommandAnswers)
)]
pub async fn record_movement(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<CustodyMovement>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, _| Some(Command::RecordMovement(body.movement.read(reading, "/movement")?)),
    )
    .await
}
