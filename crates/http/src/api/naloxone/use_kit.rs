//! `POST /v1/naloxone-kits/{id}/use`: record the use of a kit.

use super::kit::UsedOnWire;
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::KitId;

entry! {
    /// A kit that was used.
    pub struct KitUse {
        /// Doses given, when known.
        #[schema(minimum = 1, maximum = 20)]
        pub doses: Option<u8>,
        /// On whom.
        pub used_on: UsedOnWire,
        /// A code of `naloxone-use-outcomes`.
        #[schema(min_length = 1, max_length = 40)]
        pub outcome: String,
        /// A code of `naloxone-use-places`.
        #[schema(min_length = 1, max_length = 40)]
        pub place: Option<String>,
    }

    /// Record the use of a kit
    ///
    /// The holder has one kit fewer and a replacement is due. An unknown person on whom it was used gets no record.
    post "/v1/naloxone-kits/{id}/use" in "Naloxone" as use_kit;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let place = body.place.and_then(|place| reading.code(&place, "/place"));
        Some(Command::UseKit {
            kit: KitId(id),
            doses: body.doses,
            used_on: body.used_on.into(),
            outcome: reading.code(&body.outcome, "/outcome")?,
            place,
        })
    }
}
