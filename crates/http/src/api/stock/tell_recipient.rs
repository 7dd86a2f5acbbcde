//! `POST /v1/services/{service}/naloxone-supplies/{supply}/recall-notice`: tell whoever got called-back kits.

use super::keep;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::ExternalReference;
use crate::json::ValidJson;
use crate::path::parse_uuid;
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::decide::StockCommand;
use throughcare_domain::id::{RecallId, SupplyId};
use utoipa::ToSchema;
use uuid::Uuid;

/// Whoever got kits was told that their batch is called back, or could not be reached.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecipientNotice {
    /// The recall.
    pub recall: Uuid,
    /// How: a code of `recall-contacts`. Some of them reach nobody; then they are still to be told.
    #[schema(min_length = 1, max_length = 40, example = "telephone")]
    pub how: String,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Record that whoever got called-back kits was told
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-supplies/{supply}/recall-notice", tag = "Naloxone",
    params(
        ("service" = String, Path, description = "Code of the service"),
        ("supply" = Uuid, Path, description = "The supply"),
    ),
    request_body = RecipientNotice, responses(CommandAnswers)
)]
pub async fn tell_recipient(
    State(state): State<ApiState>,
    asking: Asking,
    Path((service, supply)): Path<(String, String)>,
    ValidJson { body, fingerprint }: ValidJson<RecipientNotice>,
) -> Result<Response, Problem> {
    let supply = parse_uuid(&supply).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let told = (body.occurred, body.external_reference);
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        Some(StockCommand::TellOfRecall {
            supply: SupplyId(supply),
            recall: RecallId(body.recall),
            how: reading.code(&body.how, "/how")?,
        })
    })
    .await
}
