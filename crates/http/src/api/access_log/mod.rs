//! Who looked at whom.

mod person;
mod users;

use super::ApiState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints of this group.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(person::access_log))
        .routes(routes!(users::users))
}
