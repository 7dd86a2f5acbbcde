//! The figures by which partnerships are judged, with what each means.

mod definitions;
mod figure;
pub(super) mod wire;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(definitions::indicators))
        .routes(routes!(figure::indicator))
}
