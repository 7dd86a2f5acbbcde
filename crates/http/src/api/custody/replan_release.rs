//! `POST /v1/release-plans/{id}/revision`: move a planned release.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::api::wire::DateWire;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PlanId;

command_body! {
    /// The new day of a planned release.
    pub struct ReleaseRevision {
        /// The day planned now.
        pub planned_on: DateWire,
    }
}

/// Move a planned release
///
/// Planned dates change often; every one is kept.
#[utoipa::path(
    post, path = "/v1/release-plans/{id}/revision", tag = "Custody", params(("id" = Uuid, Path)), request_body = ReleaseRevision, responses(CommandAnswers)
)]
pub async fn replan_release(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<ReleaseRevision>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, _, _| {
            Some(Command::ReplanRelease {
                plan: PlanId(id),
                planned_on: body.planned_on.0,
            })
        },
    )
    .await
}
