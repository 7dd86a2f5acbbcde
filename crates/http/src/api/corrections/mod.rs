//! Taking back what was entered in error.

mod correct;
mod replacement;

use super::ApiState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints of this group.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(correct::correct))
        .routes(routes!(correct::correct_referral))
}
