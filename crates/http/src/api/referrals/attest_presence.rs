//! `POST /v1/referrals/{id}/presence`: the person is there.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SightCommand};
use throughcare_domain::id::ReferralId;

entry! {
    /// That the person is there.
    pub struct Presence {
        /// A code of `presence-attestations`: how you know.
        #[schema(min_length = 1, max_length = 40, example = "document_seen")]
        pub attested: String,
    }

    /// Attest that the person is with you
    ///
    /// By a named worker of the service asked. Whoever takes somebody on by a referral of their own sees what they record
    /// themselves; with the person there they see the whole record, and every other service that has the person in care is
    /// told so (list `sight-widened`).
    post "/v1/referrals/{id}/presence" in "Referrals" as attest_presence;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let attested = reading.code(&body.attested, "/attested")?;
        Some(Command::Sight(SightCommand::AttestPresence { referral: ReferralId(id), attested }))
    }
}
