//! `POST /v1/people/search`: find people by identifier.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::wire::{IdentifierWire, NamesWire, Reading};
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemBody};
use crate::sweeping::Lookup;
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::PersonRead;
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom to find.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonSearch {
    /// An identifier of the person. It stands in the body, because addresses end in logs.
    pub identifier: IdentifierWire,
}

/// People found.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeopleFound {
    /// Whoever has it and may be seen; at most 20. Empty says nothing about people you may not see.
    pub data: Vec<PersonFound>,
}

/// Somebody found.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonFound {
    /// The record.
    pub person_id: Uuid,
    /// Current names.
    pub names: NamesWire,
    /// Date of birth.
    #[schema(value_type = Option<String>, format = Date)]
    pub date_of_birth: Option<Date>,
}

/// Find people by identifier
///
/// Finds those whom the caller may see. Nobody found and nobody to be seen are the same answer. A user may search 30
/// times a minute and 300 times an hour, an organisation ten times as often; then 429.
#[utoipa::path(
    post, path = "/v1/people/search", tag = "People", request_body = PersonSearch,
    responses(
        (status = 200, body = PeopleFound),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn search(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, .. }: ValidJson<PersonSearch>,
) -> Result<Json<PeopleFound>, Problem> {
    state.lookups.take(Lookup::Search, &asking.caller)?;
    let mut reading = Reading::default();
    let identifier = reading.identifier(&body.identifier, "/identifier", asking.received_at);
    let identifier = reading.whole(identifier)?;
    let found = state
        .app
        .search(&asking.caller, &identifier)
        .await
        .map_err(problem)?;
    Ok(Json(PeopleFound {
        data: found.iter().map(shown).collect(),
    }))
}

fn shown(read: &PersonRead) -> PersonFound {
    let names = read.state().identity.names.last();
    PersonFound {
        person_id: read.person.0,
        names: NamesWire {
            given: names.and_then(|names| names.given.clone()),
            family: names.and_then(|names| names.family.clone()),
        },
        date_of_birth: read.state().identity.date_of_birth,
    }
}
