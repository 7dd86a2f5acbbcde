//! `GET /v1/people/{id}/possible-matches`: other records that might be the same person's.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::wire::NamesWire;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::PossibleMatch;
use throughcare_domain::id::PersonId;
use throughcare_domain::matching::{Compared, POSSIBLE_FROM};
use utoipa::ToSchema;
use uuid::Uuid;

/// What comparing one field found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparedShown {
    /// The field: a kind of identifier, `family_name`, `given_name`, `names` (told the wrong way round),
    /// `date_of_birth`, `sex` or `residence`.
    pub field: String,
    /// What was found, such as `equal`, `near`, `phonetic`, `nickname`, `contradicts` or `unknown`.
    pub finding: String,
    /// Points for one person; below nought for two.
    pub points: i32,
    /// It in words.
    pub says: String,
}

impl From<&Compared> for ComparedShown {
    fn from(compared: &Compared) -> Self {
        Self {
            field: compared.field.as_str().to_owned(),
            finding: compared.finding.as_str().to_owned(),
            points: compared.points,
            says: compared.sentence().to_owned(),
        }
    }
}

/// Another record that might be the same person's.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PossibleMatchShown {
    /// The other record.
    pub person_id: Uuid,
    /// Its current names.
    pub names: NamesWire,
    /// Its date of birth.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<Date>,
    /// `certain` where a strong identifier is the same and nothing contradicts it, else `possible`.
    pub verdict: String,
    /// The sum of the points.
    pub points: i32,
    /// Field by field.
    pub compared: Vec<ComparedShown>,
}

impl From<&PossibleMatch> for PossibleMatchShown {
    fn from(found: &PossibleMatch) -> Self {
        let identity = &found.read.state().identity;
        let names = identity.names.last();
        Self {
            person_id: found.read.person.0,
            names: NamesWire {
                given: names.and_then(|names| names.given.clone()),
                family: names.and_then(|names| names.family.clone()),
            },
            date_of_birth: identity.date_of_birth,
            verdict: found.score.verdict.as_str().to_owned(),
            points: found.score.points,
            compared: found.score.compared.iter().map(Into::into).collect(),
        }
    }
}

/// Other records that might be the same person's.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PossibleMatchesShown {
    /// Under which id the person is read.
    pub person_id: Uuid,
    /// Points from which a record is shown here; one that shares a strong identifier is whatever its points.
    pub offered_from: i32,
    /// True when not everything was compared: too many records share what this one says.
    pub not_all_compared: bool,
    /// The records, the likeliest first.
    pub data: Vec<PossibleMatchShown>,
}

/// Other records that might be the same person's
///
/// Those that you see as this one, each with why. Records that you do not see are not told of, sealed ones neither.
/// Somebody who knows the person decides: join the records (`POST /v1/people/{id}/merges`), or say that they are two
/// people's (`POST /v1/people/{id}/mismatches`); then they are not offered again.
#[utoipa::path(
    get, path = "/v1/people/{id}/possible-matches", tag = "People",
    params(("id" = Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "Records that might be the same person's", body = PossibleMatchesShown, headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        ReadRefused,
    )
)]
pub async fn possible_matches(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Response, Problem> {
    let found = state
        .app
        .possible_matches(&asking.caller, PersonId(id))
        .await
        .map_err(problem)?;
    let body = PossibleMatchesShown {
        person_id: found.person.0,
        offered_from: POSSIBLE_FROM,
        not_all_compared: found.not_all_compared,
        data: found.matches.iter().map(Into::into).collect(),
    };
    Ok(shown(body, found.position))
}
