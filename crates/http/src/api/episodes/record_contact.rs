//! `POST /v1/episodes/{id}/contacts`: record that the person was seen.

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
    /// The person was seen.
    pub struct Contact {
    }
}

/// Record that the person was seen
///
/// What shows, after custody, that an episode left open goes on.
#[utoipa::path(
    post, path = "/v1/episodes/{id}/contacts", tag = "Episodes", params(("id" = Uuid, Path)), request_body = Contact, responses(CommandAnswers)
)]
pub async fn record_contact(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<Contact>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |_, _, _| {
            Some(Command::RecordContact {
                episode: EpisodeId(id),
            })
        },
    )
    .await
}
