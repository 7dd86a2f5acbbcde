//! `POST /v1/people/{id}/liaison-contacts`: a liaison and diversion worker met somebody.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// A contact with liaison and diversion.
    pub struct LiaisonContact {
        /// A code of `liaison-places`.
        #[schema(min_length = 1, max_length = 40, example = "police_custody")]
        pub place: String,
        /// A code of `liaison-outcomes`.
        #[schema(min_length = 1, max_length = 40, example = "referred")]
        pub outcome: String,
    }

    /// Record a contact with liaison and diversion
    post "/v1/people/{id}/liaison-contacts" in "Justice" as record_liaison_contact;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let place = reading.code(&body.place, "/place");
        let outcome = reading.code(&body.outcome, "/outcome");
        Some(Command::Justice(JusticeCommand::Contact { place: place?, outcome: outcome? }))
    }
}
