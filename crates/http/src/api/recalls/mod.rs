//! Batches of naloxone called back, and who holds them.

mod batch;
mod end;
mod list;
mod read;
mod recall;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(recall::recall_batch, list::recalls))
        .routes(routes!(read::recall))
        .routes(routes!(end::end_recall))
        .routes(routes!(batch::batch))
}
