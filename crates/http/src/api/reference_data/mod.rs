//! Code lists: which codes there are, what they mean, and when they were in force.

mod codes;
mod sets;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(sets::code_sets))
        .routes(routes!(codes::codes_of_set))
}
