//! `GET /v1/naloxone-recalls/{id}`: one recall, and how many were told.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::{RecallCounts, RecallRead};
use throughcare_domain::id::RecallId;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many kits of a called-back batch are where.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecallCountsShown {
    /// On shelves, by the log.
    pub on_hand: i64,
    /// With clients, or with their property.
    pub held: i64,
    /// Of those, kits whose holder was told.
    pub held_told: i64,
    /// Given to people who are not clients.
    pub supplied: i64,
    /// Of those, kits whose recipient was told.
    pub supplied_told: i64,
    /// Kits whose holder is still to be told.
    pub to_be_told: i64,
}

/// A batch called back.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecallShown {
    /// The recall.
    pub recall_id: Uuid,
    /// A code of `naloxone-products`.
    pub product: String,
    /// Batch on the packs.
    pub batch: String,
    /// A code of `recall-reasons`.
    pub reason: String,
    /// Who told of it.
    pub organisation: String,
    /// Since when.
    pub since: Date,
    /// The first day on which nobody is to be told any more; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Date>,
    /// A code of `recall-end-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Kits that your services had.
    pub own: RecallCountsShown,
    /// Kits that any service had.
    pub all: RecallCountsShown,
}

impl From<RecallCounts> for RecallCountsShown {
    fn from(counts: RecallCounts) -> Self {
        Self {
            on_hand: counts.on_hand,
            held: counts.held,
            held_told: counts.held_told,
            supplied: counts.supplied,
            supplied_told: counts.supplied_told,
            to_be_told: counts.to_be_told(),
        }
    }
}

impl From<RecallRead> for RecallShown {
    fn from(read: RecallRead) -> Self {
        let recall = read.recall;
        let (ended, end_reason) = recall.ended.unzip();
        Self {
            recall_id: recall.id.0,
            product: recall.product.to_string(),
            batch: recall.batch.to_string(),
            reason: recall.reason.to_string(),
            organisation: recall.organisation.to_string(),
            since: recall.since,
            ended,
            end_reason: end_reason.map(|code| code.to_string()),
            own: read.own.into(),
            all: read.all.into(),
        }
    }
}

/// A batch called back, and how many of its holders were told
///
/// For every role. Who they are, GET /v1/naloxone-batches/{batch} says line by line for your own services.
#[utoipa::path(
    get, path = "/v1/naloxone-recalls/{id}", tag = "Naloxone",
    params(("id" = Uuid, Path, description = "The recall")),
    responses(
        (status = 200, description = "The recall", body = RecallShown,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn recall(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Response, Problem> {
    asking.wait(&state.app).await?;
    let read = state
        .app
        .recall(&asking.caller, RecallId(id))
        .await
        .map_err(problem)?;
    let position = read.position;
    Ok(shown(RecallShown::from(read), position))
}
