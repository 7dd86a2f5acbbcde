//! `POST /v1/people/{id}/demographics`: correct or complete demographics.

use super::register::DemographicsWire;
use crate::api::recording::entry;
use crate::api::wire::{DateWire, NamesWire};
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
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

    /// Correct or complete demographics
    ///
    /// What is absent stays as it was. Names are added, so that an earlier name is kept.
    post "/v1/people/{id}/demographics" in "People" as correct_demographics;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let told = DemographicsWire {
            names: body.names,
            date_of_birth: body.date_of_birth,
            sex: body.sex,
            ethnicity: body.ethnicity,
        };
        Some(Command::CorrectDemographics(told.read(reading, "")))
    }
}
