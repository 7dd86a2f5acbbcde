//! `POST /v1/naloxone-kits/{id}/confiscation`: record that a kit was taken away.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::KitId;

entry! {
    /// A kit that was taken away.
    pub struct KitConfiscation {
        /// Who took it: a code of `kit-confiscators`.
        #[schema(min_length = 1, max_length = 40)]
        pub by: String,
    }

    /// Record that a kit was taken away
    ///
    /// It is to be given back or replaced.
    post "/v1/naloxone-kits/{id}/confiscation" in "Naloxone" as confiscate_kit;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::ConfiscateKit {
            kit: KitId(id),
            by: reading.code(&body.by, "/by")?,
        })
    }
}
