//! `POST /v1/naloxone-kits/{id}/handover`: hand a kit over from property.

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
use throughcare_domain::id::KitId;

command_body! {
    /// A kit from property in the person's hands.
    pub struct KitHandover {
    }
}

/// Hand a kit over from property
///
/// It is supplied from that day, release or not.
#[utoipa::path(
    post, path = "/v1/naloxone-kits/{id}/handover", tag = "Naloxone", params(("id" = Uuid, Path)), request_body = KitHandover, responses(CommandAnswers)
)]
pub async fn hand_over(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<KitHandover>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |_, _, _| Some(Command::HandOverKit(KitId(id))),
    )
    .await
}
