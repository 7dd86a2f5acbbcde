//! The answer to an accepted command.

use super::ApiState;
use super::asking::X_LOG_POSITION;
use super::refusal::problem;
use crate::idempotency::{Fingerprint, mark_replayed};
use crate::preconditions::etag;
use crate::problem::Problem;
use crate::receipt::{Logged, Receipt};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use throughcare_app::Answer;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a command made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// The person's record, where the caller may know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// Ids of the events made, in order.
    pub event_ids: Vec<Uuid>,
    /// What was created: referrals, episodes, interventions, kits, plans, releases.
    pub created: Vec<CreatedThing>,
    /// Codes of what does not fit the record but was kept because a system sent it; a work item for a person.
    pub flags: Vec<String>,
    /// Signed: what you keep to show that this arrived, and by when every checkpoint of the log holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Position of the last event in the log: send it as X-Log-Position with a read to wait for it.
    pub log_position: u64,
}

/// Something created, with the address under which it is found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedThing {
    /// What it is: referral, episode, intervention, kit, plan, release.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// 201 with `Location`, `ETag`, `X-Log-Position` and a signed receipt; the same again, marked, for a repeated request.
///
/// # Errors
/// When it cannot be read when a repeated request was recorded.
pub async fn created(
    state: &ApiState,
    sent: &Fingerprint,
    answer: Answer,
    location: Option<String>,
) -> Result<Response, Problem> {
    let receipt = receipt(state, sent, &answer).await?;
    Ok(receipted(answer, location, receipt))
}

/// The receipt for what was recorded; none where nothing was.
async fn receipt(state: &ApiState, sent: &Fingerprint, answer: &Answer) -> Result<Option<Receipt>, Problem> {
    if answer.events.is_empty() {
        return Ok(None);
    }
    let made = answer.created.iter().map(|one| (one.kind.as_str(), one.id));
    let events = answer.events.iter().map(|event| ("event", event.0));
    let ids: Vec<_> = made.chain(events).collect();
    let logged = Logged {
        log: state.app.log_keys().origin(),
        position: answer.position,
        recorded_at: state.app.recorded_at(answer).await.map_err(problem)?,
    };
    Ok(Some(state.receipts.sign(sent, &ids, Some(&logged))))
}

fn receipted(answer: Answer, location: Option<String>, receipt: Option<Receipt>) -> Response {
    let body = Recorded {
        person_id: answer.person.map(|person| person.0),
        event_ids: answer.events.iter().map(|event| event.0).collect(),
        created: answer
            .created
            .iter()
            .map(|one| CreatedThing {
                kind: one.kind.clone(),
                id: one.id,
            })
            .collect(),
        flags: answer.flags.clone(),
        receipt,
        log_position: answer.position,
    };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    let headers = response.headers_mut();
    if let Some(location) = location.and_then(|path| HeaderValue::try_from(path).ok()) {
        headers.insert(header::LOCATION, location);
    }
    if !answer.etag.is_empty() {
        headers.insert(header::ETAG, etag(&answer.etag));
    }
    headers.insert(X_LOG_POSITION, HeaderValue::from(answer.position));
    if answer.replayed {
        mark_replayed(&mut response);
    }
    response
}

/// The path under which the first created thing of a kind is found.
pub fn location(answer: &Answer, kind: &str, under: &str) -> Option<String> {
    answer.created(kind).map(|id| format!("{under}/{id}"))
}
