//! Continuity: releases made and planned, where each stands, and the figures.

mod changes;
mod line;
mod list;
mod listing;
mod planned;
mod summary;
mod which;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(listing::releases))
        .routes(routes!(planned::planned_releases))
        .routes(routes!(summary::continuity_summary))
        .routes(routes!(changes::release_changes))
}
