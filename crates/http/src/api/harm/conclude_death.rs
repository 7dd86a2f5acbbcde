//! `POST /v1/deaths/{id}/conclusion`: record what a person died of.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::DeathId;

entry! {
    /// What the person died of.
    pub struct DeathConclusion {
        /// A code of `death-conclusions`, which says what counts as drug-related.
        #[schema(min_length = 1, max_length = 40)]
        pub conclusion: String,
    }

    /// Record what a person died of
    ///
    /// By the inquest or the certificate. A later conclusion takes the place of an earlier one.
    post "/v1/deaths/{id}/conclusion" in "Harm" as conclude_death;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::ConcludeDeath {
            death: DeathId(id),
            conclusion: reading.code(&body.conclusion, "/conclusion")?,
        })
    }
}
