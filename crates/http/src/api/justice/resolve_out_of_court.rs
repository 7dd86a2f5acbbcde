//! `POST /v1/people/{id}/out-of-court-resolutions`: an offence was resolved out of court.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::{ArrestId, PersonId};
use uuid::Uuid;

entry! {
    /// A resolution out of court.
    pub struct NewResolution {
        /// A code of `out-of-court-resolutions`.
        #[schema(min_length = 1, max_length = 40, example = "conditional_caution")]
        pub kind: String,
        /// After which arrest.
        pub arrest_id: Option<Uuid>,
        /// Codes of `resolution-conditions`.
        #[serde(default)]
        #[schema(max_items = 10)]
        pub conditions: Vec<String>,
        /// The last day on which they can be met.
        pub until: Option<DateWire>,
    }

    /// Record a resolution out of court
    ///
    /// A caution or community resolution, with its conditions; whether they were met is told later.
    post "/v1/people/{id}/out-of-court-resolutions" in "Justice" as resolve_out_of_court;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let kind = reading.code(&body.kind, "/kind");
        let conditions = reading.codes(&body.conditions, "/conditions");
        Some(Command::Justice(JusticeCommand::Resolve {
            arrest: body.arrest_id.map(ArrestId),
            kind: kind?,
            conditions,
            until: body.until.map(|until| until.0),
        }))
    }
}
