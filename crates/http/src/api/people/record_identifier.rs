//! `POST /v1/people/{id}/identifiers`: add an identifier.

use crate::api::recording::entry;
use crate::api::wire::{IdentifierKindWire, IdentifierWire};
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// An identifier to add.
    pub struct NewIdentifier {
        /// Which kind.
        pub kind: IdentifierKindWire,
        /// Its value; spaces and letter case are put right.
        #[schema(min_length = 1, max_length = 80)]
        pub value: String,
    }

    /// Add an identifier
    ///
    /// It becomes findable by search, unless another record holds it already.
    post "/v1/people/{id}/identifiers" in "People" as record_identifier;
    at id => Address::Person(PersonId(id));
    |body, reading, now| {
        let wire = IdentifierWire {
            kind: body.kind,
            value: body.value,
        };
        Some(Command::RecordIdentifier(reading.identifier(&wire, "", now)?))
    }
}
