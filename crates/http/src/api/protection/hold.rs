//! `POST /v1/people/{id}/legal-holds`: a record has to be kept.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, ProtectionCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// A legal hold.
    pub struct NewLegalHold {
        /// A code of `legal-hold-grounds`.
        #[schema(min_length = 1, max_length = 40, example = "inquest")]
        pub ground: String,
    }

    /// Place a legal hold
    ///
    /// By a privacy officer of an organisation that knows the person. While one stands no erasure is asked for, agreed to or
    /// carried out.
    post "/v1/people/{id}/legal-holds" in "Data protection" as place_legal_hold;
    at id => Address::Found(PersonId(id));
    |body, reading, _now| {
        let ground = reading.code(&body.ground, "/ground")?;
        Some(Command::Protection(ProtectionCommand::PlaceHold { ground }))
    }
}
