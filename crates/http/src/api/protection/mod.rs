//! Erasing a record, and keeping it where the law needs it. For privacy officers.

mod ask;
mod confirm;
mod hold;
mod lift;
mod read;
mod take_back;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(ask::ask_erasure))
        .routes(routes!(confirm::confirm_erasure))
        .routes(routes!(take_back::take_erasure_back))
        .routes(routes!(hold::place_legal_hold))
        .routes(routes!(lift::lift_legal_hold))
        .routes(routes!(read::data_protection))
}
