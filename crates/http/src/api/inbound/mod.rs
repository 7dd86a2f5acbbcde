//! Events of other systems: in, listed, and what they say of records that somebody has to join or part.

mod envelope;
mod messages;
mod receive;
mod suggested;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(receive::receive_hmpps_event))
        .routes(routes!(messages::inbound_messages))
        .routes(routes!(suggested::suggested_merges))
}
