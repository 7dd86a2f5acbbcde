//! `POST /v1/services/{service}/naloxone-stock`: naloxone came into a service's stock.

use super::keep;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::{DateWire, ExternalReference};
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::command::KitRead;
use throughcare_domain::decide::StockCommand;
use utoipa::ToSchema;

/// Kits of one batch that came into stock.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockReceipt {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// Batch number on the pack.
    #[schema(min_length = 1, max_length = 40, example = "NX-2401")]
    pub batch: String,
    /// Expiry date on the pack.
    pub expires_on: DateWire,
    /// How many kits.
    #[schema(minimum = 1, maximum = 10_000)]
    pub kits: u16,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Record naloxone that came into stock
///
/// By workers of the service. What a count finds too many is recorded like this, too.
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-stock", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service")),
    request_body = StockReceipt, responses(CommandAnswers)
)]
pub async fn receive_stock(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<StockReceipt>,
) -> Result<Response, Problem> {
    let told = (body.occurred, body.external_reference.clone());
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        let product = reading.code(&body.product, "/product");
        let batch = reading.code(&body.batch, "/batch");
        Some(StockCommand::Receive {
            pack: KitRead {
                product: product?,
                batch: batch?,
                expires_on: body.expires_on.0,
            },
            kits: body.kits,
        })
    })
    .await
}
