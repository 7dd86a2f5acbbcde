//! `POST /v1/episodes/{id}/waiting-list-removal`: take off the waiting list.

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
use throughcare_domain::id::EpisodeId;

command_body! {
    /// A wait that ends without a start.
    pub struct WaitingListRemoval {
        /// A code of `waiting-list-removal-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }
}

/// Take off the waiting list
///
/// Without having started. A start ends the wait by itself.
#[utoipa::path(
    post, path = "/v1/episodes/{id}/waiting-list-removal", tag = "Episodes", params(("id" = Uuid, Path)), request_body = WaitingListRemoval, responses(CommandAnswers)
)]
pub async fn take_off_waiting_list(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<WaitingListRemoval>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            let reason = reading.code(&body.reason, "/reason")?;
            Some(Command::TakeOffWaitingList {
                episode: EpisodeId(id),
                reason,
            })
        },
    )
    .await
}
