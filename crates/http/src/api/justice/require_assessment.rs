//! `POST /v1/people/{id}/required-assessments`: require somebody to come to an assessment.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::{DrugTestId, PersonId};
use uuid::Uuid;

entry! {
    /// An assessment that the police require, with its follow-up.
    pub struct NewRequiredAssessment {
        /// The service that carries it out.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// The test on which it rests; that service's workers are shown it.
        pub test_id: Option<Uuid>,
        /// The day told to the person for the initial assessment.
        pub appointed_on: Option<DateWire>,
    }

    /// Require an assessment after a positive drug test
    ///
    /// A follow-up is required at the same time (Drugs Act 2005 ss. 9 and 10): two assessments, the initial one first. The
    /// follow-up lapses when the assessor says at the initial one that none is needed. `GET /v1/required-assessments/{id}`
    /// tells you what became of each. Shown as far as the test itself.
    post "/v1/people/{id}/required-assessments" in "Justice" as require_assessment;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let service = reading.service(&body.service, "/service")?;
        Some(Command::Justice(JusticeCommand::RequireAssessment {
            service,
            test: body.test_id.map(DrugTestId),
            appointed_on: body.appointed_on.map(|day| day.0),
        }))
    }
}
