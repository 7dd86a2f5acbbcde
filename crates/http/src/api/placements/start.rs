//! `POST /v1/people/{id}/placements`: record the start of a placement.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{self, Command};
use throughcare_domain::id::PersonId;

entry! {
    /// A placement that begins.
    pub struct NewPlacement {
        /// A code of `placement-kinds`.
        #[schema(min_length = 1, max_length = 40, example = "residential")]
        pub kind: String,
        /// The service that arranged it, one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// Where the person stays, when a service here provides it.
        #[schema(min_length = 2, max_length = 64)]
        pub provider_service: Option<String>,
        /// A code of `placement-providers`, when none does.
        #[schema(min_length = 1, max_length = 40)]
        pub provider: Option<String>,
        /// The organisation that pays.
        #[schema(min_length = 2, max_length = 64)]
        pub commissioner: Option<String>,
        /// The authority that pays, a code of `areas`.
        #[schema(min_length = 4, max_length = 9)]
        pub commissioner_area: Option<String>,
        /// The last day planned.
        pub planned_until: Option<DateWire>,
    }

    /// Record the start of a placement
    ///
    /// Somebody at liberty is then in a residential setting. Say who provides it, by one of the two fields, and who pays.
    post "/v1/people/{id}/placements" in "Placements" as start_placement;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let kind = reading.code(&body.kind, "/kind");
        let service = reading.service(&body.service, "/service");
        let provider_service = body
            .provider_service
            .and_then(|code| reading.service(&code, "/providerService"));
        let provider = body.provider.and_then(|code| reading.code(&code, "/provider"));
        let commissioner = body
            .commissioner
            .and_then(|code| reading.organisation(&code, "/commissioner"));
        let commissioner_area = body
            .commissioner_area
            .and_then(|code| reading.area(&code, "/commissionerArea"));
        Some(Command::StartPlacement(Box::new(command::NewPlacement {
            kind: kind?,
            service: service?,
            provider_service,
            provider,
            commissioner,
            commissioner_area,
            planned_until: body.planned_until.map(|until| until.0),
        })))
    }
}
