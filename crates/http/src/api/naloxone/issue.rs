//! `POST /v1/people/{id}/naloxone-issues`: issue kits.

use super::kit::{KitWire, kits};
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{KitId, PersonId};
use uuid::Uuid;

entry! {
    /// Kits given out.
    pub struct NaloxoneIssue {
        /// The service that gives them; one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// The kits.
        #[schema(min_items = 1, max_items = 10)]
        pub kits: Vec<KitWire>,
        /// The kit that the first of them replaces.
        pub replaces: Option<Uuid>,
    }

    /// Issue kits
    ///
    /// One or more kits given into the person's hands; each is traceable by its batch.
    post "/v1/people/{id}/naloxone-issues" in "Naloxone" as issue;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let service = reading.service(&body.service, "/service");
        let kits = kits(&body.kits, reading);
        Some(Command::IssueKits {
            service: service?,
            kits,
            replaces: body.replaces.map(KitId),
        })
    }
}
