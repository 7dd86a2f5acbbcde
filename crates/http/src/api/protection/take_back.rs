//! `POST /v1/erasures/{id}/withdrawal`: an erasure is not to be carried out.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, ProtectionCommand};
use throughcare_domain::id::ErasureId;

entry! {
    /// That an erasure is not to be carried out.
    pub struct ErasureWithdrawal {
        /// A code of `erasure-withdrawal-reasons`.
        #[schema(min_length = 1, max_length = 40, example = "person_asked")]
        pub reason: String,
    }

    /// Take an erasure back
    ///
    /// By any privacy officer who answers for the record, until it is carried out.
    post "/v1/erasures/{id}/withdrawal" in "Data protection" as take_erasure_back;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Protection(ProtectionCommand::TakeErasureBack { erasure: ErasureId(id), reason }))
    }
}
