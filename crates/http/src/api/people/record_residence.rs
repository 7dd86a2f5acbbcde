//! `POST /v1/people/{id}/residences`: record where somebody lives.

use crate::api::recording::entry;
use crate::api::wire::ResidenceWire;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// Where somebody lives.
    pub struct NewResidence {
        /// Upper-tier authority, a code of `areas`; absent while unknown.
        #[schema(min_length = 4, max_length = 9)]
        pub area: Option<String>,
        /// No fixed abode.
        #[serde(default)]
        pub no_fixed_abode: bool,
        /// Postcode.
        #[schema(min_length = 2, max_length = 8)]
        pub postcode: Option<String>,
        /// Address lines.
        #[schema(min_length = 1, max_length = 300)]
        pub address: Option<String>,
    }

    /// Record where somebody lives
    ///
    /// The authority decides which service is responsible. A prison is never a residence.
    post "/v1/people/{id}/residences" in "People" as record_residence;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let told = ResidenceWire {
            area: body.area,
            no_fixed_abode: body.no_fixed_abode,
            postcode: body.postcode,
            address: body.address,
        };
        Some(Command::RecordResidence(reading.residence(told, "")))
    }
}
