//! Code lists: which codes there are, what they mean, and when they were in force.

mod codes;
mod load;
mod sets;
mod take;
mod versions;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(sets::code_sets))
        .routes(routes!(codes::codes_of_set))
        .routes(routes!(load::load_version, versions::versions_of_set))
        .routes(routes!(take::take_version))
}
