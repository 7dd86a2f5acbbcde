//! `POST /v1/requirements/{id}/end`: a requirement of a court's order ends.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::RequirementId;

entry! {
    /// Why a requirement ended.
    pub struct RequirementEnd {
        /// A code of `requirement-end-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Record the end of a requirement of a court's order
    ///
    /// Whether it was met, breached or revoked; it need not be on its last day.
    post "/v1/requirements/{id}/end" in "Justice" as end_requirement;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Justice(JusticeCommand::EndRequirement {
            requirement: RequirementId(id),
            reason,
        }))
    }
}
