//! `POST /v1/people/{id}/naloxone-placements`: place kits in property for release.

use super::kit::{KitWire, kits};
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// Kits put with the property given back at release.
    pub struct NaloxonePlacement {
        /// The service that gives them; one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// The prison, a code of `prisons`.
        #[schema(min_length = 3, max_length = 3)]
        pub prison: String,
        /// The kits.
        #[schema(min_items = 1, max_items = 10)]
        pub kits: Vec<KitWire>,
    }

    /// Place kits in property for release
    ///
    /// They are supplied on the day of release, not before; if the release does not happen they never were.
    post "/v1/people/{id}/naloxone-placements" in "Naloxone" as place_in_property;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let service = reading.service(&body.service, "/service");
        let prison = reading.prison(&body.prison, "/prison");
        let kits = kits(&body.kits, reading);
        Some(Command::PlaceKitsInProperty {
            service: service?,
            prison: prison?,
            kits,
        })
    }
}
