//! `POST /v1/people/{id}/custody-movements`: record a movement of somebody whose record you may see.

use super::movement::MovementWire;
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// A custody movement.
    pub struct CustodyMovement {
        /// What moved.
        pub movement: MovementWire,
    }

    /// Record a custody movement
    ///
    /// Going out is not a release: court, temporary absence, transfer and restricted hospital keep the stay open. The
    /// reason code decides; a release to the community makes pick-up due within 21 days.
    post "/v1/people/{id}/custody-movements" in "Custody" as record_movement;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| Some(Command::RecordMovement(body.movement.read(reading, "/movement")?))
}
