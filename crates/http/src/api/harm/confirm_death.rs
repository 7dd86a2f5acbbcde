//! `POST /v1/deaths/{id}/confirmation`: confirm a death.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::DeathId;

entry! {
    /// A death that is certain.
    pub struct DeathConfirmation {
        /// Who confirms it: a code of `death-report-sources`.
        #[schema(min_length = 1, max_length = 40)]
        pub source: String,
    }

    /// Confirm a death
    ///
    /// Its cause need not be known.
    post "/v1/deaths/{id}/confirmation" in "Harm" as confirm_death;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::ConfirmDeath {
            death: DeathId(id),
            source: reading.code(&body.source, "/source")?,
        })
    }
}
