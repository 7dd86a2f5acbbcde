//! Referrals, from being sent to triage.

mod accept;
mod read;
mod refer;
mod reject;
mod triage;
mod withdraw;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(refer::refer))
        .routes(routes!(accept::accept))
        .routes(routes!(reject::reject))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(triage::triage))
        .merge(read::routes())
}
