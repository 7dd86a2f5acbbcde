//! By what signed receipts are checked.

use super::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::receipt::PublicKey;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(receipt_keys))
}

/// Keys by which receipts are checked, as a set of JSON web keys (RFC 7517).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReceiptKeys {
    /// The keys. Keep them with your receipts: a node with another key file has another.
    pub keys: Vec<PublicKey>,
}

/// By what receipts are checked
///
/// A receipt for a referral or a movement holds the text that was signed and an Ed25519 signature over it.
#[utoipa::path(
    get, path = "/v1/receipt-keys", tag = "Referrals",
    responses((status = 200, description = "The keys", body = ReceiptKeys), ReadRefused)
)]
pub async fn receipt_keys(State(state): State<ApiState>, _: Asking) -> Json<ReceiptKeys> {
    Json(ReceiptKeys {
        keys: vec![state.receipts.public()],
    })
}
