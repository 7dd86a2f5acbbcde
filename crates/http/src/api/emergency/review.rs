//! `POST /v1/break-glass/{id}/review`: was it right to look?

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SightCommand};
use throughcare_domain::id::GlassId;

entry! {
    /// Whether a look in an emergency was right.
    pub struct BreakGlassReview {
        /// A code of `break-glass-outcomes`.
        #[schema(min_length = 1, max_length = 40, example = "justified")]
        pub outcome: String,
    }

    /// Review a look in an emergency
    ///
    /// By a privacy officer of the organisation whose clinician looked, who is somebody else than the clinician. Due within
    /// two working days.
    post "/v1/break-glass/{id}/review" in "Emergency" as review_break_glass;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let outcome = reading.code(&body.outcome, "/outcome")?;
        Some(Command::Sight(SightCommand::ReviewGlass { glass: GlassId(id), outcome }))
    }
}
