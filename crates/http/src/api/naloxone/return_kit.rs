//! `POST /v1/naloxone-kits/{id}/return`: record that a kit is back.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::KitId;

entry! {
    /// A kit that is with the person again.
    pub struct KitReturn {
    }

    /// Record that a kit is back
    ///
    /// After it was lost or taken away.
    post "/v1/naloxone-kits/{id}/return" in "Naloxone" as return_kit;
    at id => Address::Entity(id);
    |_body, _reading, _now| Some(Command::ReturnKit(KitId(id)))
}
