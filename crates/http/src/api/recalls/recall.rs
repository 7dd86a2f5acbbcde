//! `POST /v1/naloxone-recalls`: call a batch back.

use crate::api::ApiState;
use crate::api::answered::{created, location};
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, Reading, occurred};
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::OrganisationCommand;
use utoipa::ToSchema;

/// A batch called back.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NaloxoneRecall {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// Batch number on the packs.
    #[schema(min_length = 1, max_length = 40, example = "NX-2401")]
    pub batch: String,
    /// By whom or why: a code of `recall-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "medicines_regulator")]
    pub reason: String,
    /// Since when; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Call a batch of naloxone back
///
/// By workers of a service or a partnership, and administrators. It concerns every service: whoever holds a kit of it
/// stands to be told from that day on, by the service that gave it.
#[utoipa::path(
    post, path = "/v1/naloxone-recalls", tag = "Naloxone",
    request_body = NaloxoneRecall, responses(CommandAnswers)
)]
pub async fn recall_batch(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, fingerprint }: ValidJson<NaloxoneRecall>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let occurred = occurred(body.occurred, request.received_at);
    let mut reading = Reading::default();
    let product = reading.code(&body.product, "/product");
    let batch = reading.code(&body.batch, "/batch");
    let reason = reading.code(&body.reason, "/reason");
    let named = product.zip(batch).zip(reason);
    let ((product, batch), reason) = reading.whole(named)?;
    let command = OrganisationCommand::RecallBatch {
        organisation: asking.caller.organisation().clone(),
        product,
        batch,
        reason,
    };
    let answer = state
        .app
        .administer(occurred, command, request)
        .await
        .map_err(problem)?;
    let location = location(&answer, "recall", "/v1/naloxone-recalls");
    created(&state, &fingerprint, answer, location).await
}
