//! Needs and risks.

mod clear;
mod raise;

use super::ApiState;
pub use clear::NeedClearing;
pub use raise::NewNeed;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(raise::raise_need))
        .routes(routes!(clear::clear_need))
}
