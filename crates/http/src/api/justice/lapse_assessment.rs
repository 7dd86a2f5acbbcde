//! `POST /v1/required-assessments/{id}/lapse`: a required assessment lapses.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::AssessmentId;

entry! {
    /// Why a required assessment need no longer be attended.
    pub struct AssessmentLapse {
        /// A code of `assessment-lapse-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Record that a required assessment lapses
    ///
    /// By whoever imposed it, or the service that carries it out.
    post "/v1/required-assessments/{id}/lapse" in "Justice" as lapse_assessment;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Justice(JusticeCommand::LapseAssessment {
            assessment: AssessmentId(id),
            reason,
        }))
    }
}
