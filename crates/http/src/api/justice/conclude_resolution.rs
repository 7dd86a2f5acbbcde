//! `POST /v1/out-of-court-resolutions/{id}/outcome`: whether the conditions of a resolution were met.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::ResolutionId;

entry! {
    /// Whether the conditions were met.
    pub struct ResolutionOutcome {
        /// A code of `resolution-outcomes`.
        #[schema(min_length = 1, max_length = 40)]
        pub outcome: String,
    }

    /// Record whether the conditions of an out-of-court resolution were met
    post "/v1/out-of-court-resolutions/{id}/outcome" in "Justice" as conclude_resolution;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let outcome = reading.code(&body.outcome, "/outcome")?;
        Some(Command::Justice(JusticeCommand::ConcludeResolution {
            resolution: ResolutionId(id),
            outcome,
        }))
    }
}
