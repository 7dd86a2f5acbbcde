//! Placements in detoxification and residential rehabilitation.

mod end;
mod start;

use super::ApiState;
pub use end::PlacementEnd;
pub use start::NewPlacement;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(start::start_placement))
        .routes(routes!(end::end_placement))
}
