//! `POST /v1/break-glass`: look at what matters in an emergency.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{IdentifierWire, Reading};
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::sweeping::Lookup;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::InEmergency;
use throughcare_domain::access::MOST_GLASS_HOURS;
use throughcare_domain::command::{Asked, Command, SightCommand};
use throughcare_domain::id::PersonId;
use throughcare_domain::when::Occurred;
use utoipa::ToSchema;
use uuid::Uuid;

/// A look in an emergency.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewBreakGlass {
    /// An identifier of the person. Give this or `personId`. A local reference does not say who it is.
    pub identifier: Option<IdentifierWire>,
    /// The record. Give this or `identifier`.
    pub person_id: Option<Uuid>,
    /// A code of `break-glass-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "overdose")]
    pub reason: String,
    /// Why, in a sentence or two. A privacy officer of your organisation reads it.
    #[schema(min_length = 10, max_length = 2000)]
    pub note: String,
    /// For how many hours; 8 when absent, and at most.
    #[schema(minimum = 1, maximum = 8)]
    pub hours: Option<u8>,
}

/// Look in an emergency
///
/// By a clinician, at a record that they do not see otherwise: `GET /v1/people/{id}/emergency` shows medicines, overdose
/// risk, naloxone and whom to ring, to this user alone and for 8 hours at most. Every service that has the person in care
/// is told at once (list `sight-widened`), and a privacy officer of your organisation reviews it within two working days.
/// A user may do so 20 times a minute and 60 times an hour, an organisation ten times as often; then 429.
#[utoipa::path(
    post, path = "/v1/break-glass", tag = "Emergency", request_body = NewBreakGlass, responses(CommandAnswers)
)]
pub async fn break_glass(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, fingerprint }: ValidJson<NewBreakGlass>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, None)?;
    state.lookups.take(Lookup::Emergency, &asking.caller)?;
    let now = request.received_at;
    let mut reading = Reading::default();
    let whom = match (&body.identifier, body.person_id) {
        (Some(wire), None) => reading
            .identifier(wire, "/identifier", now)
            .map(InEmergency::Identifier),
        (None, Some(person)) => Some(InEmergency::Person(PersonId(person))),
        (Some(_), Some(_)) => {
            let detail = "Give either identifier or personId, not both.";
            reading.faults.add("/personId", "ambiguous", detail);
            None
        }
        (None, None) => {
            let detail = "Say whose record it is: an identifier, or personId.";
            reading.faults.add("/identifier", "missing", detail);
            None
        }
    };
    let reason = reading.code(&body.reason, "/reason");
    let (whom, reason) = reading.whole(whom.zip(reason))?;
    let asked = Asked {
        under: String::new(),
        occurred: Occurred::At(now),
        note: Some(body.note),
        command: Command::Sight(SightCommand::BreakGlass {
            reason,
            hours: body.hours.unwrap_or(MOST_GLASS_HOURS),
        }),
    };
    let answer = state
        .app
        .break_glass(whom, asked, request)
        .await
        .map_err(problem)?;
    let location = answer
        .person
        .map(|person| format!("/v1/people/{person}/emergency"));
    created(&state, &fingerprint, answer, location).await
}
