//! `POST /v1/people/{id}/arrests`: record an arrest.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// An arrest.
    pub struct NewArrest {
        /// A code of `offence-groups`.
        #[schema(min_length = 1, max_length = 40, example = "shoplifting")]
        pub offence: String,
        /// A code of `police-forces`.
        #[schema(min_length = 1, max_length = 40, example = "46")]
        pub force: Option<String>,
    }

    /// Record an arrest
    ///
    /// `occurred` is best an instant: what happens in police custody is counted in hours.
    post "/v1/people/{id}/arrests" in "Justice" as record_arrest;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let offence = reading.code(&body.offence, "/offence");
        let force = body.force.and_then(|force| reading.code(&force, "/force"));
        Some(Command::Justice(JusticeCommand::Arrest { offence: offence?, force }))
    }
}
