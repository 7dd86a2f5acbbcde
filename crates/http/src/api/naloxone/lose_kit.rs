//! `POST /v1/naloxone-kits/{id}/loss`: record that a kit was lost.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::KitId;

entry! {
    /// A kit that is no longer with the person.
    pub struct KitLoss {
        /// A code of `kit-loss-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Record that a kit was lost
    ///
    /// A replacement is due.
    post "/v1/naloxone-kits/{id}/loss" in "Naloxone" as lose_kit;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::LoseKit {
            kit: KitId(id),
            reason: reading.code(&body.reason, "/reason")?,
        })
    }
}
