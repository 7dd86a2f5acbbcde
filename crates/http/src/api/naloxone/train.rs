//! `POST /v1/people/{id}/naloxone-trainings`: record training in the use of naloxone.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// Training in the use of naloxone.
    pub struct NaloxoneTraining {
        /// The service that trained the person; one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// The last day on which the training counts, where it runs out.
        pub expires_on: Option<DateWire>,
    }

    /// Record training in the use of naloxone
    ///
    /// How to recognise an overdose and use a kit.
    post "/v1/people/{id}/naloxone-trainings" in "Naloxone" as train;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        Some(Command::GiveTraining {
            service: reading.service(&body.service, "/service")?,
            expires_on: body.expires_on.map(|date| date.0),
        })
    }
}
