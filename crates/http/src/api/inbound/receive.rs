//! `POST /v1/inbound/hmpps-events`: an event of HMPPS.

use super::envelope::{HmppsMessage, read};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::wire::InstantWire;
use crate::json::{SentAsText, StrictJson};
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::fmt::Write as _;
use throughcare_app::InboundReceipt;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was understood. Whom it is about may be known here or not: that is not told.
    Accepted,
    /// Nobody here reads it. It is kept, and listed.
    Kept,
}

/// That a message arrived, and is on disk.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageReceipt {
    /// Quote this when asking about the message; the same event, in this message or in another, gets the same.
    pub receipt_id: Uuid,
    /// The id of the message that was the first to tell the event; absent when it was bare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The type of the event; `unlisted` when it is not words joined by dots.
    pub event_type: String,
    /// SHA-256 of the event as it was sent first, in hexadecimal digits: of the text in `Message`, else of the body.
    pub content_hash: String,
    /// When it arrived first.
    pub received_at: InstantWire,
    /// What is done with it.
    pub outcome: Outcome,
}

impl From<InboundReceipt> for MessageReceipt {
    fn from(receipt: InboundReceipt) -> Self {
        Self {
            receipt_id: receipt.id,
            message_id: receipt.message_id,
            event_type: receipt.event_type,
            content_hash: receipt.content_hash.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }),
            received_at: InstantWire(receipt.received_at),
            outcome: match receipt.understood {
                true => Outcome::Accepted,
                false => Outcome::Kept,
            },
        }
    }
}

/// Receive an event of HMPPS
///
/// The event as it was published, or the message of SNS that holds it. Fields that are not described are allowed. No
/// Idempotency-Key is needed: a message is known by its own id, and an event by its type, its person, its time and its
/// reason, so that it counts once however often and in however many messages it comes; each is answered as the first was.
/// A copy that says something else of the same event, such as another prison, corrects it: what was published last
/// counts. SNS sends `text/plain; charset=UTF-8`, which is read as JSON here.
/// The order of arrival does not matter. The answer is sent when the message is on disk; its effect follows within a
/// second, and is the same whether anybody here holds the number or not until somebody does.
#[utoipa::path(
    post, path = "/v1/inbound/hmpps-events", tag = "Custody",
    request_body(content((HmppsMessage = "application/json"), (HmppsMessage = "text/plain"))),
    responses(
        (status = 202, description = "It is kept", body = MessageReceipt),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn receive_hmpps_event(
    State(state): State<ApiState>,
    asking: Asking,
    SentAsText(StrictJson { value, text }): SentAsText,
) -> Result<(StatusCode, Json<MessageReceipt>), Problem> {
    let request = asking.message()?;
    let arrived = read(value, &text)?;
    let receipt = state
        .app
        .receive_message(arrived, request)
        .await
        .map_err(problem)?;
    Ok((StatusCode::ACCEPTED, Json(receipt.into())))
}
