//! The reads of this group.

use crate::api::ApiState;
use utoipa_axum::router::OpenApiRouter;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
}
