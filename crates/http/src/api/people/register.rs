//! `POST /v1/people`: open a record.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, record};
use crate::api::wire::{DateWire, IdentifierWire, NamesWire, Reading, ResidenceWire};
use crate::json::ValidJson;
use crate::problem::Problem;
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
            sex: self
                .sex
                .and_then(|code| reading.code(&code, &format!("{under}/sex"))),
            ethnicity: self
                .ethnicity
                .and_then(|code| reading.code(&code, &format!("{under}/ethnicity"))),
        }
    }
}

command_body! {
    /// A record to open.
    pub struct NewPerson {
        /// Who.
        pub demographics: DemographicsWire,
        /// Identifiers known at once.
        #[serde(default)]
        #[schema(max_items = 20)]
        pub identifiers: Vec<IdentifierWire>,
        /// Where they live.
        pub residence: Option<ResidenceWire>,
    }
}

/// Open a record
///
/// A record is opened even when somebody with the same name and date of birth exists: two people with the same
/// particulars are two people until somebody who knows them says otherwise.
#[utoipa::path(post, path = "/v1/people", tag = "People", request_body = NewPerson, responses(CommandAnswers))]
pub async fn register(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, fingerprint }: ValidJson<NewPerson>,
) -> Result<Response, Problem> {
    let answer = record(
        &state,
        &asking,
        fingerprint,
        Address::New,
        body,
        |body, reading, now| {
            Some(Command::Register {
                demographics: body.demographics.read(reading, "/demographics"),
                identifiers: reading.identifiers(&body.identifiers, "/identifiers", now),
                residence: body
                    .residence
                    .map(|residence| reading.residence(residence, "/residence")),
            })
        },
    )
    .await?;
    let location = answer.person.map(|person| format!("/v1/people/{person}"));
    created(&state, &fingerprint, answer, location).await
}
