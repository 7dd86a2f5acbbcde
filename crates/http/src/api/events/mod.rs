//! The ordered feed of events.

mod cloud;
mod event;
mod feed;
mod live;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(feed::events))
}
