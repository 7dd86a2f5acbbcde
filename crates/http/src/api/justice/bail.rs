//! `POST /v1/people/{id}/bail`: somebody was bailed.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand};
use throughcare_domain::id::{ArrestId, PersonId};
use uuid::Uuid;

entry! {
    /// Bail.
    pub struct NewBail {
        /// A code of `bail-kinds`.
        #[schema(min_length = 1, max_length = 40, example = "pre_charge")]
        pub kind: String,
        /// After which arrest.
        pub arrest_id: Option<Uuid>,
        /// Codes of `bail-conditions`; none for unconditional bail.
        #[serde(default)]
        #[schema(max_items = 10)]
        pub conditions: Vec<String>,
        /// The day to which the person is bailed.
        pub until: Option<DateWire>,
    }

    /// Record bail
    post "/v1/people/{id}/bail" in "Justice" as record_bail;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let kind = reading.code(&body.kind, "/kind");
        let conditions = reading.codes(&body.conditions, "/conditions");
        Some(Command::Justice(JusticeCommand::Bail {
            arrest: body.arrest_id.map(ArrestId),
            kind: kind?,
            conditions,
            until: body.until.map(|until| until.0),
        }))
    }
}
