//! `POST /v1/release-plans/{id}/revision`: move a planned release.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PlanId;

entry! {
    /// The new day of a planned release.
    pub struct ReleaseRevision {
        /// The day planned now.
        pub planned_on: DateWire,
    }

    /// Move a planned release
    ///
    /// Planned dates change often; every one is kept.
    post "/v1/release-plans/{id}/revision" in "Custody" as replan_release;
    at id => Address::Entity(id);
    |body, _reading, _now| {
        Some(Command::ReplanRelease {
            plan: PlanId(id),
            planned_on: body.planned_on.0,
        })
    }
}
