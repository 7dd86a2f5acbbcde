//! `GET /v1/required-assessments/{id}`: what became of a required assessment, for who imposed it and the service that
//! carries it out.

use super::shown::{DrugTestShown, RequiredAssessmentShown};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::referrals::ReferredIdentity;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown_tagged};
use crate::path::IdPath;
use crate::preconditions::{IfNoneMatch, not_modified};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use throughcare_domain::id::AssessmentId;
use utoipa::ToSchema;
use uuid::Uuid;

/// A required assessment, and the other one that was required with it.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentRead {
    /// The assessment.
    #[serde(flatten)]
    pub assessment: RequiredAssessmentShown,
    /// The follow-up of an initial assessment, or the initial assessment of a follow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<RequiredAssessmentShown>,
    /// The test on which it rests, for those to whom it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drug_test: Option<DrugTestShown>,
    /// The person's record, for those who may know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// Who it is about, for workers of the service that carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<ReferredIdentity>,
}

/// A required assessment
///
/// For the organisation that imposed it, which learns whether the person came, and nothing clinical; and for workers of
/// the service that carries it out, with who it is about. For everybody else it does not exist.
#[utoipa::path(
    get, path = "/v1/required-assessments/{id}", tag = "Justice",
    params(("id" = Uuid, Path, description = "The assessment"), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The assessment", body = AssessmentRead, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn required_assessment(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
) -> Result<Response, Problem> {
    let read = state
        .app
        .required_assessment(&asking.caller, AssessmentId(id))
        .await
        .map_err(problem)?;
    if has.has(&read.etag) {
        return Ok(not_modified(&read.etag));
    }
    let body = AssessmentRead {
        assessment: (&read.assessment).into(),
        other: read.other.as_ref().map(Into::into),
        drug_test: read.test.as_ref().map(Into::into),
        person_id: read.person.map(|person| person.0),
        identity: read.identity.as_ref().map(Into::into),
    };
    Ok(shown_tagged(body, read.position, &read.etag))
}
