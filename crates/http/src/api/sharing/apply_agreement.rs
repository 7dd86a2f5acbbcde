//! `POST /v1/people/{id}/sharing-agreements`: another organisation is given sight of the record.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// A sharing agreement for one person.
    pub struct NewSharingAgreement {
        /// Who is to see the record: another organisation than your own.
        #[schema(min_length = 2, max_length = 64)]
        pub organisation: String,
        /// On what it rests: a code of `sharing-bases`. `consent` needs the person's consent to share with it.
        #[schema(min_length = 1, max_length = 40, example = "sharing_protocol")]
        pub basis: String,
        /// The last day on which it counts; until it is ended, when absent.
        pub until: Option<DateWire>,
    }

    /// Give another organisation sight of a record
    ///
    /// By an organisation that treats the person or did. The other one sees the record from the day of `occurred`; what
    /// only those see who treat the person stays with them.
    post "/v1/people/{id}/sharing-agreements" in "Sharing" as apply_sharing_agreement;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let with = reading.organisation(&body.organisation, "/organisation");
        let basis = reading.code(&body.basis, "/basis");
        Some(Command::Sharing(SharingCommand::ApplyAgreement {
            with: with?,
            basis: basis?,
            until: body.until.map(|until| until.0),
        }))
    }
}
