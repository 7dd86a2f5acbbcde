//! The figures by which partnerships are judged, with what each means.

mod bullseye;
mod changes;
mod definitions;
mod figure;
mod people;
pub(crate) mod which;
pub(super) mod wire;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(definitions::indicators))
        .routes(routes!(figure::indicator))
        .routes(routes!(bullseye::bullseye_of))
        .routes(routes!(people::people_behind))
        .routes(routes!(changes::figure_changes))
}
