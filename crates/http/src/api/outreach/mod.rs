//! Outreach.

mod record_contact;

use super::ApiState;
pub use record_contact::OutreachContact;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(record_contact::record_outreach_contact))
}
