//! `POST /v1/people/{id}/release-plans`: plan a release.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// A release to plan.
    pub struct NewReleasePlan {
        /// The prison, a code of `prisons`.
        #[schema(min_length = 3, max_length = 3)]
        pub prison: String,
        /// The day planned.
        pub planned_on: DateWire,
        /// Authority of residence expected, a code of `areas`.
        #[schema(min_length = 4, max_length = 9)]
        pub area: Option<String>,
        /// No fixed abode expected.
        #[serde(default)]
        pub no_fixed_abode: bool,
    }

    /// Plan a release
    ///
    /// From now on the release is on the lists of the prison's treatment service and of the service for the area.
    post "/v1/people/{id}/release-plans" in "Custody" as plan_release;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let prison = reading.prison(&body.prison, "/prison");
        let area = body.area.and_then(|area| reading.area(&area, "/area"));
        Some(Command::PlanRelease {
            prison: prison?,
            planned_on: body.planned_on.0,
            area,
            no_fixed_abode: body.no_fixed_abode,
        })
    }
}
