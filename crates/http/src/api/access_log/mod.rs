//! Who looked at whom.

mod person;
mod users;

use super::ApiState;
pub use person::{LookShown, shown as look_shown};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints of this group.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(person::access_log))
        .routes(routes!(users::users))
}
