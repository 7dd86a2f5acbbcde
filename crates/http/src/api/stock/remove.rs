//! `POST /v1/services/{service}/naloxone-stock-removals`: take kits off the shelf that nobody got.

use super::keep;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::ExternalReference;
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::{CountedBatch, StockCommand};
use utoipa::ToSchema;

/// Kits of one batch that left the shelf without being given to anybody.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockRemoval {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// Batch number on the packs.
    #[schema(min_length = 1, max_length = 40, example = "NX-2401")]
    pub batch: String,
    /// How many kits.
    #[schema(minimum = 1, maximum = 10_000)]
    pub kits: u16,
    /// Why: a code of `stock-removal-reasons`, such as `expired`, `lost` or `recalled`.
    #[schema(min_length = 1, max_length = 40, example = "expired")]
    pub reason: String,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Take kits off the shelf that nobody got
///
/// Expired, lost, damaged, called back. By workers of the service.
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-stock-removals", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service")),
    request_body = StockRemoval, responses(CommandAnswers)
)]
pub async fn remove_stock(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<StockRemoval>,
) -> Result<Response, Problem> {
    let told = (body.occurred, body.external_reference);
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        let product = reading.code(&body.product, "/product");
        let batch = reading.code(&body.batch, "/batch");
        let reason = reading.code(&body.reason, "/reason");
        Some(StockCommand::Remove {
            batch: CountedBatch {
                product: product?,
                batch: batch?,
                kits: body.kits,
            },
            reason: reason?,
        })
    })
    .await
}
