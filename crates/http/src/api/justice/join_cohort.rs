//! `POST /v1/people/{id}/cohorts`: somebody joined a cohort.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// A cohort that somebody joined.
    pub struct NewCohort {
        /// A code of `cohorts`.
        #[schema(min_length = 1, max_length = 40, example = "integrated_offender_management")]
        pub cohort: String,
    }

    /// Record that somebody joined a cohort
    ///
    /// Integrated offender management or a local scheme. The day of `occurred` is the first in it.
    post "/v1/people/{id}/cohorts" in "Justice" as join_cohort;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let cohort = reading.code(&body.cohort, "/cohort")?;
        Some(Command::Justice(JusticeCommand::JoinCohort { cohort }))
    }
}
