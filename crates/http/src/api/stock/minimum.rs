//! `POST /v1/services/{service}/naloxone-stock-minimums`: say how many kits there should be.

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
use throughcare_domain::decide::StockCommand;
use utoipa::ToSchema;

/// How many kits of a product there should be.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockMinimum {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// At least so many; 0 takes the wish back.
    #[schema(minimum = 0, maximum = 10_000)]
    pub kits: u16,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Say how many kits of a product there should be
///
/// GET naloxone-stock says when fewer may be given out. By workers of the service.
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-stock-minimums", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service")),
    request_body = StockMinimum, responses(CommandAnswers)
)]
pub async fn set_stock_minimum(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<StockMinimum>,
) -> Result<Response, Problem> {
    let told = (body.occurred, body.external_reference);
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        Some(StockCommand::SetMinimum {
            product: reading.code(&body.product, "/product")?,
            kits: body.kits,
        })
    })
    .await
}
