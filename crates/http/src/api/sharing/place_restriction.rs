//! `POST /v1/people/{id}/restrictions`: the record is used for the person's care alone.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// A restriction of the use of a record.
    pub struct NewRestriction {
        /// A code of `restriction-grounds`.
        #[schema(min_length = 1, max_length = 40, example = "accuracy_contested")]
        pub ground: String,
    }

    /// Restrict the use of a record
    ///
    /// UK GDPR article 18: from the day of `occurred` the record is stored, and used by those who treat the person. All
    /// others see what they recorded themselves, and no national statistics tell of the person.
    post "/v1/people/{id}/restrictions" in "Sharing" as place_restriction;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let ground = reading.code(&body.ground, "/ground")?;
        Some(Command::Sharing(SharingCommand::PlaceRestriction { ground }))
    }
}
