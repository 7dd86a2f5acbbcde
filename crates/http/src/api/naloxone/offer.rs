//! `POST /v1/people/{id}/naloxone-offers`: record that naloxone was offered.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// Naloxone offered.
    pub struct NaloxoneOffer {
        /// The service that offers it; one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// A code of `naloxone-decline-reasons`, when it was declined.
        #[schema(min_length = 1, max_length = 40)]
        pub declined: Option<String>,
    }

    /// Record that naloxone was offered
    ///
    /// Offered and declined is another fact than not offered. An issue needs no offer before it.
    post "/v1/people/{id}/naloxone-offers" in "Naloxone" as offer;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let service = reading.service(&body.service, "/service");
        let declined = body.declined.and_then(|code| reading.code(&code, "/declined"));
        Some(Command::OfferNaloxone {
            service: service?,
            declined,
        })
    }
}
