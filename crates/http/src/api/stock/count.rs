//! `POST /v1/services/{service}/naloxone-stock-counts`: count the shelf.

use super::keep;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::{ExternalReference, Reading};
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::{CountedBatch, StockCommand};
use utoipa::ToSchema;

/// A batch as it was counted.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CountedBatchWire {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// Batch number on the packs.
    #[schema(min_length = 1, max_length = 40, example = "NX-2401")]
    pub batch: String,
    /// How many kits were there.
    #[schema(minimum = 0, maximum = 10_000)]
    pub kits: u16,
}

/// A count of the shelf.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockCount {
    /// Batch by batch.
    #[schema(min_items = 1, max_items = 100)]
    pub batches: Vec<CountedBatchWire>,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Count the shelf
///
/// A count changes no number. GET naloxone-stock shows its difference to what the log says of the end of that day,
/// until kits are recorded as received or removed.
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-stock-counts", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service")),
    request_body = StockCount, responses(CommandAnswers)
)]
pub async fn count_stock(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<StockCount>,
) -> Result<Response, Problem> {
    let told = (body.occurred, body.external_reference);
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        let batches = body.batches.iter().enumerate();
        let batches = batches
            .filter_map(|(index, one)| counted(one, &format!("/batches/{index}"), reading))
            .collect();
        Some(StockCommand::Count { batches })
    })
    .await
}

/// A batch and how many kits of it.
pub fn counted(wire: &CountedBatchWire, under: &str, reading: &mut Reading) -> Option<CountedBatch> {
    let product = reading.code(&wire.product, &format!("{under}/product"));
    let batch = reading.code(&wire.batch, &format!("{under}/batch"));
    Some(CountedBatch {
        product: product?,
        batch: batch?,
        kits: wire.kits,
    })
}
