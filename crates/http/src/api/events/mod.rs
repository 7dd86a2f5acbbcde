//! The reads of this group.

use crate::api::ApiState;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this group.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
}
