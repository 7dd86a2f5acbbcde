//! The ordered feed of events.

mod cloud;
mod event;
mod feed;
mod live;
mod proof;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(feed::events))
        .routes(routes!(proof::proof))
}
