//! `POST /v1/services/{service}/naloxone-stock-corrections`: void what was entered in error.

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
use throughcare_domain::id::EventId;
use utoipa::ToSchema;
use uuid::Uuid;

/// Entries of a service's stock that were errors.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StockCorrection {
    /// The entries, by the ids in the ledger. One that voided another may be voided itself.
    #[schema(min_items = 1, max_items = 64)]
    pub events: Vec<Uuid>,
    /// A code of `correction-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "entered_in_error")]
    pub reason: String,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Void entries of a service's stock
///
/// They count as never told from now on, and stay in the ledger. What is true is entered anew.
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-stock-corrections", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service")),
    request_body = StockCorrection, responses(CommandAnswers)
)]
pub async fn correct_stock(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<StockCorrection>,
) -> Result<Response, Problem> {
    let told = (body.occurred, body.external_reference);
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        Some(StockCommand::Void {
            events: body.events.into_iter().map(EventId).collect(),
            reason: reading.code(&body.reason, "/reason")?,
        })
    })
    .await
}
