//! Naloxone kits of clients.

mod confiscate_kit;
mod hand_over;
mod issue;
mod kit;
mod lose_kit;
mod offer;
mod place_in_property;
mod return_kit;
mod tell_of_recall;
mod train;
mod use_kit;

use super::ApiState;
pub use confiscate_kit::KitConfiscation;
pub use hand_over::KitHandover;
pub use issue::NaloxoneIssue;
pub use lose_kit::KitLoss;
pub use offer::NaloxoneOffer;
pub use place_in_property::NaloxonePlacement;
pub use return_kit::KitReturn;
pub use tell_of_recall::RecallNotice;
pub use train::NaloxoneTraining;
pub use use_kit::KitUse;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(issue::issue))
        .routes(routes!(place_in_property::place_in_property))
        .routes(routes!(hand_over::hand_over))
        .routes(routes!(use_kit::use_kit))
        .routes(routes!(lose_kit::lose_kit))
        .routes(routes!(confiscate_kit::confiscate_kit))
        .routes(routes!(return_kit::return_kit))
        .routes(routes!(tell_of_recall::tell_of_recall))
        .routes(routes!(offer::offer))
        .routes(routes!(train::train))
}
