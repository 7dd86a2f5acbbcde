//! `POST /v1/people/{id}/tags`: count somebody's care to a grant, scheme or campaign.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

entry! {
    /// A grant, scheme or campaign to which care belongs.
    pub struct NewTag {
        /// A code of `tags`.
        #[schema(min_length = 1, max_length = 40, example = "rough_sleeper_grant")]
        pub tag: String,
        /// The last day, when it is known.
        pub until: Option<DateWire>,
    }

    /// Count somebody's care to a grant, scheme or campaign
    ///
    /// From `occurred` on, until `until` or its removal. Lists can be filtered by it.
    post "/v1/people/{id}/tags" in "Tags" as add_tag;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let code = reading.code(&body.tag, "/tag")?;
        Some(Command::AddTag {
            code,
            until: body.until.map(|until| until.0),
        })
    }
}
