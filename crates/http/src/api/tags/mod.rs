//! Grants, schemes and campaigns to which care belongs.

mod add;
mod remove;

use super::ApiState;
pub use add::NewTag;
pub use remove::TagRemoval;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(add::add_tag))
        .routes(routes!(remove::remove_tag))
}
