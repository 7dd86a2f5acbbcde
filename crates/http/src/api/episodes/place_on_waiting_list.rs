//! `POST /v1/episodes/{id}/waiting-list-entry`: place on the waiting list.

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
    /// A wait that begins.
    pub struct WaitingListEntry {
        /// A code of `interventions`.
        #[schema(min_length = 1, max_length = 40)]
        pub intervention: String,
    }
}

/// Place on the waiting list
///
/// The person waits for an intervention from that day.
#[utoipa::path(
    post, path = "/v1/episodes/{id}/waiting-list-entry", tag = "Episodes", params(("id" = Uuid, Path)), request_body = WaitingListEntry, responses(CommandAnswers)
)]
pub async fn place_on_waiting_list(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<WaitingListEntry>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            let intervention = reading.code(&body.intervention, "/intervention")?;
            Some(Command::PlaceOnWaitingList {
                episode: EpisodeId(id),
                intervention,
            })
        },
    )
    .await
}
