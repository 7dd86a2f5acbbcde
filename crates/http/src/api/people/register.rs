//! `POST /v1/people`: open a record.

use crate::api::answered::{Recorded, created};
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::wire::{DateWire, ExternalReference, IdentifierWire, NamesWire, Reading, ResidenceWire, asked};
use crate::api::ApiState;
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemBody};
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::Address;
use throughcare_domain::command::{Command, Demographics};
use utoipa::ToSchema;

/// Who somebody is, as far as it is known.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DemographicsWire {
    /// Names.
    pub names: Option<NamesWire>,
    /// Date of birth.
    pub date_of_birth: Option<DateWire>,
    /// A code of `sexes`.
    #[schema(min_length = 1, max_length = 40)]
    pub sex: Option<String>,
    /// A code of `ethnicities`.
    #[schema(min_length = 1, max_length = 40)]
    pub ethnicity: Option<String>,
}

impl DemographicsWire {
    /// As the domain takes it.
    pub fn read(self, reading: &mut Reading, under: &str) -> Demographics {
        Demographics {
            names: self.names.map(Into::into).unwrap_or_default(),
            date_of_birth: self.date_of_birth.map(|date| date.0),
            sex: self.sex.and_then(|code| reading.code(&code, &format!("{under}/sex"))),
            ethnicity: self.ethnicity.and_then(|code| reading.code(&code, &format!("{under}/ethnicity"))),
        }
    }
}

/// A record to open.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPerson {
    /// Who.
    pub demographics: DemographicsWire,
    /// Identifiers known at once.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub identifiers: Vec<IdentifierWire>,
    /// Where they live.
    pub residence: Option<ResidenceWire>,
    /// When they became known; now, when absent.
    pub occurred: Option<WhenWire>,
    /// Free text; sealed with the identity.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Open a record
///
/// A record is opened even when somebody with the same name and date of birth exists: two people with the same
/// particulars are two people until somebody who knows them says otherwise.
#[utoipa::path(
    post, path = "/v1/people", tag = "People", request_body = NewPerson,
    responses(
        (status = 201, description = "The record is open", body = Recorded),
        (status = "4XX", description = "Nothing was recorded", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Nothing was recorded, or it is not known; the same key is safe", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn register(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, fingerprint }: ValidJson<NewPerson>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let now = request.received_at;
    let mut reading = Reading::default();
    let demographics = body.demographics.read(&mut reading, "/demographics");
    let identifiers = reading.identifiers(&body.identifiers, "/identifiers", now);
    let residence = body.residence.map(|residence| reading.residence(residence, "/residence"));
    reading.end()?;
    let command = Command::Register { demographics, identifiers, residence };
    let asked = vec![asked(body.occurred, body.note, command, now)];
    let answer = state.app.record(Address::New, asked, request).await.map_err(problem)?;
    let location = answer.person.map(|person| format!("/v1/people/{person}"));
    Ok(created(answer, location))
}
