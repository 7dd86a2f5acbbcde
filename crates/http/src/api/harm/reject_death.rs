//! `POST /v1/deaths/{id}/rejection`: say that a report of death was mistaken.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::DeathId;

entry! {
    /// A report that was mistaken.
    pub struct DeathRejection {
        /// A code of `death-rejection-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Say that a report of death was mistaken
    ///
    /// The person lives: duties, referrals and waits are open again as they were.
    post "/v1/deaths/{id}/rejection" in "Harm" as reject_death;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::RejectDeath {
            death: DeathId(id),
            reason: reading.code(&body.reason, "/reason")?,
        })
    }
}
