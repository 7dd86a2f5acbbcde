//! `GET /subject-access-request`: the copy as HMPPS collects it from each of its services, when somebody asks for what
//! is held about them in prison and probation.
//!
//! Source: the contract of HMPPS services, read in `hmpps-kotlin-lib` (`sar/HmppsSubjectAccessRequestController`): `prn`
//! or `crn`, `fromDate`, `toDate`; 200 with `content`, 204 when nothing is held, 209 when the identifier is none of this
//! service, 400 when neither is given; authority `ROLE_SAR_DATA_ACCESS`. The identifier stands in the address because
//! the contract has it there; this program logs addresses without what stands in them. Own reading: notes and whatever is
//! marked are left out here, because the copy goes through the hands of the justice sector, to which clinical free text
//! never goes (`trust.md`); the person gets them from the organisation itself.

use super::shown::{SubjectAccessShown, copy_shown};
use crate::api::ApiState;
use crate::api::asking::caller_of;
use crate::api::refusal::problem;
use crate::api::wire::DateWire;
use crate::problem::{Fault, Problem, ProblemBody, ProblemKind};
use crate::query::ValidQuery;
use crate::sweeping::Lookup;
use crate::token::{self, Role, SUBJECT_ACCESS_SCOPE};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use throughcare_app::Caller;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::view::subject_access::LeaveOut;
use throughcare_domain::when::london_date;
use utoipa::{IntoParams, ToSchema};

/// Answered when what was given is no identifier that this service keeps: the contract's own number.
const NOT_RECOGNISED: u16 = 209;

/// Whose data, and of when.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CollectedQuery {
    /// The prisoner number (NOMIS).
    #[schema(max_length = 80)]
    #[param(max_length = 80)]
    pub prn: Option<String>,
    /// The case reference number of probation (nDelius).
    #[schema(max_length = 80)]
    #[param(max_length = 80)]
    pub crn: Option<String>,
    /// Entries that were true on this day or later.
    pub from_date: Option<DateWire>,
    /// Entries that were true on this day or before.
    pub to_date: Option<DateWire>,
}

/// What is held.
#[derive(Clone, Serialize, ToSchema)]
pub struct CollectedContent {
    /// The copies: one, unless two records that were never joined have the numbers.
    pub people: Vec<SubjectAccessShown>,
}

/// The answer of an HMPPS service.
#[derive(Clone, Serialize, ToSchema)]
pub struct CollectedShown {
    /// What is held.
    pub content: CollectedContent,
    /// Files; always none.
    #[schema(value_type = Vec<Object>)]
    pub attachments: Vec<serde_json::Value>,
}

/// Who collects: a privacy officer of an organisation, or a system with the authority that HMPPS gives for this.
pub struct Collecting(Caller);

impl<S: Send + Sync> FromRequestParts<S> for Collecting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = token::Caller::from_request_parts(parts, state).await?;
        caller.require_role(&[Role::PrivacyOfficer])?;
        caller
            .require_scope(SUBJECT_ACCESS_SCOPE)
            .or_else(|_| caller.require_scope("read"))?;
        Ok(Self(Caller {
            // Shared with the layer that records whom the answer shows.
            looks: parts.extensions.get().cloned().unwrap_or_default(),
            ..caller_of(caller)?
        }))
    }
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// What is held about somebody, for a subject access request of HMPPS
///
/// As HMPPS services answer it. Give the prisoner number, the case reference number, or both of one person: whoever holds
/// one of them and no other of the same kind. Free text, and what could harm somebody, is left out: the organisation
/// gives it to the person itself. Nothing held and nothing that this organisation answers for are the same 204. Searches
/// are limited as those of `POST /v1/people/search`.
#[utoipa::path(
    get, path = "/subject-access-request", tag = "Data protection", params(CollectedQuery),
    responses(
        (status = 200, description = "What is held", body = CollectedShown),
        (status = 204, description = "Nothing is held"),
        (status = 209, description = "What was given is no identifier that this service keeps"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn subject_access_request(
    State(state): State<ApiState>,
    Collecting(caller): Collecting,
    ValidQuery(query): ValidQuery<CollectedQuery>,
) -> Result<Response, Problem> {
    let year = london_date(state.app.clock().now()).year();
    let asked = [
        (IdentifierKind::PrisonerNumber, given(query.prn.as_ref())),
        (IdentifierKind::Crn, given(query.crn.as_ref())),
    ];
    let mut identifiers = Vec::new();
    for (kind, text) in asked {
        let Some(text) = text else { continue };
        match Identifier::parse(kind, text, year) {
            Ok(identifier) => identifiers.push(identifier),
            Err(_) => {
                return Ok(StatusCode::from_u16(NOT_RECOGNISED).map_or_else(
                    |_| StatusCode::NO_CONTENT.into_response(),
                    |status| status.into_response(),
                ));
            }
        }
    }
    if identifiers.is_empty() {
        return Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
            "/query/prn",
            "required",
            "One of prn or crn must be supplied.",
        )));
    }
    for _ in &identifiers {
        state.lookups.take(Lookup::Search, &caller)?;
    }
    let leave = LeaveOut {
        notes: true,
        marked: true,
        ..LeaveOut::default()
    };
    let found = state
        .app
        .subject_access_by(&caller, &identifiers, &leave)
        .await
        .map_err(problem)?;
    if found.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let reference = state.app.reference().await;
    let (from, to) = (query.from_date.map(|day| day.0), query.to_date.map(|day| day.0));
    let people = found.into_iter().map(|mut read| {
        read.copy = read.copy.within(from, to);
        SubjectAccessShown {
            before_you_give_it: Vec::new(),
            entries_left_out: None,
            ..copy_shown(read, caller.organisation().as_str(), &reference)
        }
    });
    let content = CollectedContent {
        people: people.collect(),
    };
    Ok(Json(CollectedShown {
        content,
        attachments: Vec::new(),
    })
    .into_response())
}
