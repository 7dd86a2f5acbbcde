//! Naloxone kits of clients.

mod hand_over;
mod issue;
mod kit;
mod place_in_property;
mod use_kit;

use super::ApiState;
pub use hand_over::KitHandover;
pub use issue::NaloxoneIssue;
pub use place_in_property::NaloxonePlacement;
pub use use_kit::KitUse;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(issue::issue))
        .routes(routes!(place_in_property::place_in_property))
        .routes(routes!(hand_over::hand_over))
        .routes(routes!(use_kit::use_kit))
}
