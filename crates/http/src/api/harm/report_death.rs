//! `POST /v1/people/{id}/deaths`: report a death.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// A death that somebody reports.
    pub struct DeathReport {
        /// Who says so: a code of `death-report-sources`.
        #[schema(min_length = 1, max_length = 40)]
        pub source: String,
        /// What it is thought to be: a code of `death-suspicions`.
        #[schema(min_length = 1, max_length = 40)]
        pub suspected: String,
    }

    /// Report a death
    ///
    /// What was still to be done for the person closes on the day of death, and nothing is lost: when the report turns out to
    /// be mistaken, everything is open again. `occurred` is the day of death, as far as it is known.
    post "/v1/people/{id}/deaths" in "Harm" as report_death;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let source = reading.code(&body.source, "/source");
        let suspected = reading.code(&body.suspected, "/suspected");
        Some(Command::ReportDeath {
            source: source?,
            suspected: suspected?,
        })
    }
}
