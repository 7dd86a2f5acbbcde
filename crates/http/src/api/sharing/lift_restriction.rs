//! `POST /v1/restrictions/{id}/lift`: a restriction is over.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::RestrictionId;

entry! {
    /// Why a restriction is over.
    pub struct RestrictionLift {
        /// A code of `restriction-lift-reasons`.
        #[schema(min_length = 1, max_length = 40, example = "accuracy_settled")]
        pub reason: String,
    }

    /// Lift a restriction
    ///
    /// Tell the person first (UK GDPR article 18(3)).
    post "/v1/restrictions/{id}/lift" in "Sharing" as lift_restriction;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Sharing(SharingCommand::LiftRestriction {
            restriction: RestrictionId(id),
            reason,
        }))
    }
}
