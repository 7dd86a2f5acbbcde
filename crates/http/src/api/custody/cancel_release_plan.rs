//! `POST /v1/release-plans/{id}/cancellation`: cancel a planned release.

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
use throughcare_domain::id::PlanId;

command_body! {
    /// A planned release that will not happen.
    pub struct ReleaseCancellation {
    }
}

/// Cancel a planned release
///
/// A kit in property for it was then never supplied.
#[utoipa::path(
    post, path = "/v1/release-plans/{id}/cancellation", tag = "Custody", params(("id" = Uuid, Path)), request_body = ReleaseCancellation, responses(CommandAnswers)
)]
pub async fn cancel_release_plan(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<ReleaseCancellation>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |_, _, _| Some(Command::CancelReleasePlan { plan: PlanId(id) }),
    )
    .await
}
