//! Custody movements and release plans.

mod cancel_release_plan;
mod complete_release;
mod movement;
mod plan_release;
mod record_movement;
mod record_stay;
mod replan_release;
mod send_movement;

use super::ApiState;
pub use cancel_release_plan::ReleaseCancellation;
pub use complete_release::ReleaseDetails;
pub use plan_release::NewReleasePlan;
pub use record_movement::CustodyMovement;
pub use replan_release::ReleaseRevision;
pub use send_movement::{PrisonerMovement, held};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(record_movement::record_movement))
        .routes(routes!(record_stay::record_stay))
        .routes(routes!(send_movement::send_movement))
        .routes(routes!(plan_release::plan_release))
        .routes(routes!(replan_release::replan_release))
        .routes(routes!(cancel_release_plan::cancel_release_plan))
        .routes(routes!(complete_release::complete_release))
}
