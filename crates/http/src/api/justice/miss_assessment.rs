//! `POST /v1/required-assessments/{id}/absence`: somebody did not come to a required assessment.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::AssessmentId;

entry! {
    /// That somebody did not come to a required assessment, or did not stay.
    pub struct AssessmentAbsence {
        /// A code of `assessment-miss-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Record that somebody missed a required assessment
    ///
    /// By the service that carries it out; whoever imposed it sees it. The person may still come later.
    post "/v1/required-assessments/{id}/absence" in "Justice" as miss_assessment;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Justice(JusticeCommand::MissAssessment {
            assessment: AssessmentId(id),
            reason,
        }))
    }
}
