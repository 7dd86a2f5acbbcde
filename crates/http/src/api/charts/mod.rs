//! Figures and pathways as pictures: the same answer as JSON, as SVG and as a page.

mod asked;
mod continuity;
mod form;
mod funnel;
mod pathway;
mod spine;
mod trend;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(spine::spine))
        .routes(routes!(trend::trend))
        .routes(routes!(funnel::funnel))
        .routes(routes!(continuity::continuity_chart))
        .routes(routes!(pathway::pathway_chart))
}
