//! `POST /v1/people/{id}/corrections` and `POST /v1/referrals/{id}/corrections`: void what was entered in error, and
//! enter what is true.

use super::replacement::Replacement;
use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::Reading;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::{Address, Correction};
use throughcare_domain::id::PersonId;
use utoipa::ToSchema;
use uuid::Uuid;

/// A correction.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectionRequest {
    /// The entries that were errors, by their event ids; what rests on them is named too.
    #[schema(min_items = 1, max_items = 64)]
    pub events: Vec<Uuid>,
    /// A code of `correction-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "wrong_person")]
    pub reason: String,
    /// Free text, sealed with the identity.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
    /// What is entered in their place, in the same record or in that of the person it was about.
    pub replacement: Option<Replacement>,
}

/// Correct what was entered in error
///
/// The entries stay in the history and count no longer; what is entered instead counts from when it was true. All of
/// it is recorded or nothing. By the organisation that recorded the entries. In the same record, a referral,
/// episode, plan or kit that is entered again keeps its id. A correction that was itself an error is corrected by
/// naming its own event.
#[utoipa::path(
    post, path = "/v1/people/{id}/corrections", tag = "Corrections", params(("id" = Uuid, Path)),
    request_body = CorrectionRequest, responses(CommandAnswers)
)]
pub async fn correct(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    told: ValidJson<CorrectionRequest>,
) -> Result<Response, Problem> {
    corrected(&state, &asking, Address::Person(PersonId(id)), id, told).await
}

/// Correct a referral that was sent in error
///
/// For senders, who are not told whose record the referral is in: only what they recorded themselves can be named.
/// Otherwise as for a person.
#[utoipa::path(
    post, path = "/v1/referrals/{id}/corrections", tag = "Corrections", params(("id" = Uuid, Path)),
    request_body = CorrectionRequest, responses(CommandAnswers)
)]
pub async fn correct_referral(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    told: ValidJson<CorrectionRequest>,
) -> Result<Response, Problem> {
    corrected(&state, &asking, Address::Entity(id), id, told).await
}

async fn corrected(
    state: &ApiState,
    asking: &Asking,
    at: Address,
    id: Uuid,
    ValidJson { body, fingerprint }: ValidJson<CorrectionRequest>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, None)?;
    let mut reading = Reading::default();
    let reason = reading.code(&body.reason, "/reason");
    let replacement = body.replacement.map(|told| {
        let person = told.person_id;
        let asked = told.read(person.unwrap_or(id), &mut reading, request.received_at);
        (person.map(PersonId), asked)
    });
    let reason = reading.whole(reason)?;
    let correction = Correction {
        at,
        events: body.events.into_iter().map(Into::into).collect(),
        reason,
        note: body.note,
        replacement: replacement.map(|(person, asked)| throughcare_app::Replacement {
            person,
            asked: asked.into_iter().collect(),
        }),
    };
    let answer = state.app.correct(correction, request).await.map_err(problem)?;
    let location = answer.person.map(|person| format!("/v1/people/{person}"));
    created(state, &fingerprint, answer, location).await
}
