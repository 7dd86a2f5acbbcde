//! `POST /v1/erasures/{id}/confirmation`: agree to an erasure.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, ProtectionCommand};
use throughcare_domain::id::ErasureId;

entry! {
    /// That somebody else agrees to an erasure.
    pub struct ErasureConfirmation {
    }

    /// Agree to an erasure
    ///
    /// By another privacy officer than the one who asked, of an organisation that knows the person. It is carried out seven
    /// days after today.
    post "/v1/erasures/{id}/confirmation" in "Data protection" as confirm_erasure;
    at id => Address::Entity(id);
    |_body, _reading, _now| Some(Command::Protection(ProtectionCommand::ConfirmErasure(ErasureId(id))))
}
