//! Imports: many rows at once, each recorded or refused on its own, with a report that says which and why.

mod columns;
mod episode;
mod post;
mod report;
mod row;
mod rows;
mod together;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(post::import))
}
