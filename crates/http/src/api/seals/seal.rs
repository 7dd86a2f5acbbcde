//! `POST /v1/people/{id}/seals`: seal a record.

use super::{NamedWire, named};
use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{ExternalReference, Reading};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::id::PersonId;
use utoipa::ToSchema;

/// A seal.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSeal {
    /// A code of `seal-reasons`.
    #[schema(min_length = 1, max_length = 40, example = "staff_as_patient")]
    pub reason: String,
    /// Who goes on seeing the record, as far as they saw it before: at least one person of each organisation that treats
    /// the person.
    #[schema(min_items = 1, max_items = 50)]
    pub named: Vec<NamedWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Seal a record
///
/// By a privacy officer of an organisation that knows the person. From then on the record is not there for anybody who is
/// not named; lists keep its lines, without the person and with whom to ask; clinicians and workers who would see it are
/// told that there may be information that they cannot see. What systems tell of the person goes on being recorded, and
/// a look in an emergency shows the smallest useful set. It counts on every node within two seconds.
#[utoipa::path(
    post, path = "/v1/people/{id}/seals", tag = "Data protection", params(("id" = uuid::Uuid, Path)),
    request_body = NewSeal, responses(CommandAnswers)
)]
pub async fn seal_record(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewSeal>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let reason = reading.code(&body.reason, "/reason");
    let named = named(&body.named, &mut reading);
    let reason = reading.whole(reason)?;
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let answer = state
        .app
        .seal(PersonId(id), reason, named, request)
        .await
        .map_err(problem)?;
    created(&state, &fingerprint, answer, None).await
}
