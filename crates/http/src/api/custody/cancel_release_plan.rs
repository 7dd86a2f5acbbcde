//! `POST /v1/release-plans/{id}/cancellation`: cancel a planned release.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PlanId;

entry! {
    /// A planned release that will not happen.
    pub struct ReleaseCancellation {
    }

    /// Cancel a planned release
    ///
    /// A kit in property for it was then never supplied.
    post "/v1/release-plans/{id}/cancellation" in "Custody" as cancel_release_plan;
    at id => Address::Entity(id);
    |_told, _reading, _now| Some(Command::CancelReleasePlan { plan: PlanId(id) })
}
