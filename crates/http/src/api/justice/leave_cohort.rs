//! `POST /v1/cohort-memberships/{id}/end`: somebody left a cohort.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::MembershipId;

entry! {
    /// Why somebody left a cohort.
    pub struct CohortEnd {
        /// A code of `cohort-leaving-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Record that somebody left a cohort
    ///
    /// The day of `occurred` is the first out of it.
    post "/v1/cohort-memberships/{id}/end" in "Justice" as leave_cohort;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Justice(JusticeCommand::LeaveCohort {
            membership: MembershipId(id),
            reason,
        }))
    }
}
