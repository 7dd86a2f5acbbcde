//! `POST /v1/legal-holds/{id}/lift`: a record no longer has to be kept.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, ProtectionCommand};
use throughcare_domain::id::HoldId;

entry! {
    /// The end of a legal hold.
    pub struct LegalHoldLift {
        /// A code of `legal-hold-lift-reasons`.
        #[schema(min_length = 1, max_length = 40, example = "concluded")]
        pub reason: String,
    }

    /// Lift a legal hold
    ///
    /// By a privacy officer of the organisation that placed it.
    post "/v1/legal-holds/{id}/lift" in "Data protection" as lift_legal_hold;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Protection(ProtectionCommand::LiftHold { hold: HoldId(id), reason }))
    }
}
