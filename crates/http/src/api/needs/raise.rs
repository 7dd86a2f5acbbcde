//! `POST /v1/people/{id}/needs`: raise a need or a risk.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// A need or a risk.
    pub struct NewNeed {
        /// A code of `needs-and-risks`.
        #[schema(min_length = 1, max_length = 40, example = "housing")]
        pub need: String,
        /// The service for which it is raised, one of yours; it then stands on that service's list.
        #[schema(min_length = 2, max_length = 64)]
        pub service: Option<String>,
    }

    /// Raise a need or a risk
    ///
    /// It stands on the lists of the services that have the person in their care. Kinds whose visibility is `restricted`
    /// (exploitation, domestic abuse) are shown to your organisation, to workers of organisations with an open episode,
    /// and to auditors without saying which; to everybody else they do not exist.
    post "/v1/people/{id}/needs" in "Needs" as raise_need;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let code = reading.code(&body.need, "/need");
        let service = body.service.and_then(|service| reading.service(&service, "/service"));
        Some(Command::RaiseNeed { code: code?, service })
    }
}
