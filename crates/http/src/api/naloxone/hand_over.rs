//! `POST /v1/naloxone-kits/{id}/handover`: hand a kit over from property.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::KitId;

entry! {
    /// A kit from property in the person's hands.
    pub struct KitHandover {
    }

    /// Hand a kit over from property
    ///
    /// It is supplied from that day, release or not.
    post "/v1/naloxone-kits/{id}/handover" in "Naloxone" as hand_over;
    at id => Address::Entity(id);
    |_told, _reading, _now| Some(Command::HandOverKit(KitId(id)))
}
