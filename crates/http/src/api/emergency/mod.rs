//! Looks in an emergency (break-glass), and their review.

mod list;
mod look;
mod read;
mod review;
mod shown;

use super::ApiState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints of this group.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(look::break_glass, list::break_glass_looks))
        .routes(routes!(read::break_glass_look))
        .routes(routes!(review::review_break_glass))
        .routes(routes!(shown::emergency))
}
