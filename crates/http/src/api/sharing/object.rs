//! `POST /v1/people/{id}/objections`: somebody objects to a use of their data.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// An objection: to a purpose, or to sharing with an organisation.
    pub struct NewObjection {
        /// A code of `objection-purposes`.
        #[schema(min_length = 1, max_length = 40, example = "national_statistics")]
        pub purpose: Option<String>,
        /// The organisation with which the record is not to be shared.
        #[schema(min_length = 2, max_length = 64)]
        pub organisation: Option<String>,
    }

    /// Record that somebody objects to a use of their data
    ///
    /// It counts from its day until it is taken back, or answered in another way than by upholding it. An objection to
    /// sharing with an organisation ends at once what that organisation sees by a sharing agreement or because of
    /// care that is over; never what it sees while it treats the person.
    post "/v1/people/{id}/objections" in "Sharing" as make_objection;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let purpose = body.purpose.map(|purpose| reading.code(&purpose, "/purpose"));
        let against = body.organisation.map(|code| reading.organisation(&code, "/organisation"));
        Some(Command::Sharing(SharingCommand::Object {
            purpose: match purpose {
                Some(purpose) => Some(purpose?),
                None => None,
            },
            against: match against {
                Some(against) => Some(against?),
                None => None,
            },
        }))
    }
}
