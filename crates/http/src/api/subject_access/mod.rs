//! A person's own copy of what is held about them, for privacy officers, and as HMPPS collects it.

mod collected;
mod page;
mod person;
mod shown;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(person::subject_access))
        .routes(routes!(collected::subject_access_request))
}
