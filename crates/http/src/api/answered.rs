//! The answer to an accepted command.

use super::asking::X_LOG_POSITION;
use crate::idempotency::mark_replayed;
use crate::preconditions::etag;
use crate::receipt::Receipt;
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
    /// Signed, for what a system keeps to show that it arrived: with referrals.
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

/// 201 with `Location`, `ETag` and `X-Log-Position`; the same again, marked, for a repeated request.
pub fn created(answer: Answer, location: Option<String>) -> Response {
    receipted(answer, location, None)
}

/// As [`created`], with a signed receipt.
pub fn receipted(answer: Answer, location: Option<String>, receipt: Option<Receipt>) -> Response {
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
