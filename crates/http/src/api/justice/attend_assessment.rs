//! `POST /v1/required-assessments/{id}/attendance`: somebody came to a required assessment.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::AssessmentId;

entry! {
    /// That somebody came to a required assessment, and stayed.
    pub struct AssessmentAttendance {
        /// At the initial assessment: whether a follow-up is needed. It lapses on `false`; it is needed when absent.
        pub follow_up_needed: Option<bool>,
        /// The day told to the person for the follow-up.
        pub follow_up_on: Option<DateWire>,
    }

    /// Record that somebody came to a required assessment
    ///
    /// By the service that carries it out.
    post "/v1/required-assessments/{id}/attendance" in "Justice" as attend_assessment;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Justice(JusticeCommand::AttendAssessment {
            assessment: AssessmentId(id),
            follow_up_needed: body.follow_up_needed,
            follow_up_on: body.follow_up_on.map(|day| day.0),
        }))
    }
}
