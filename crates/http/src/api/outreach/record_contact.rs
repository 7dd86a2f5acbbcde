//! `POST /v1/people/{id}/outreach-contacts`: record that an outreach worker met the person.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// A meeting outside of any episode.
    pub struct OutreachContact {
        /// The outreach worker's service, one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// A code of `outreach-places`.
        #[schema(min_length = 1, max_length = 40, example = "street")]
        pub place: String,
        /// A code of `outreach-outcomes`.
        #[schema(min_length = 1, max_length = 40, example = "talked")]
        pub outcome: String,
    }

    /// Record an outreach contact
    ///
    /// For people who are in nobody's care, and for others. It shows you no more of the record than you recorded.
    post "/v1/people/{id}/outreach-contacts" in "Outreach" as record_outreach_contact;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let service = reading.service(&body.service, "/service");
        let place = reading.code(&body.place, "/place");
        let outcome = reading.code(&body.outcome, "/outcome");
        Some(Command::RecordOutreachContact {
            service: service?,
            place: place?,
            outcome: outcome?,
        })
    }
}
