//! `POST /v1/people/{id}/demographics`: correct or complete demographics.

use super::register::DemographicsWire;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::api::wire::{DateWire, NamesWire};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

command_body! {
    /// What is now known of a person.
    pub struct DemographicsCorrection {
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
}

/// Correct or complete demographics
///
/// What is absent stays as it was. Names are added, so that an earlier name is kept.
#[utoipa::path(
    post, path = "/v1/people/{id}/demographics", tag = "People", params(("id" = Uuid, Path)), request_body = DemographicsCorrection, responses(CommandAnswers)
)]
pub async fn correct_demographics(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<DemographicsCorrection>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, _| {
            let told = DemographicsWire {
                names: body.names,
                date_of_birth: body.date_of_birth,
                sex: body.sex,
                ethnicity: body.ethnicity,
            };
            Some(Command::CorrectDemographics(told.read(reading, "")))
        },
    )
    .await
}
