//! `POST /v1/people/{id}/consent-withdrawals`: somebody no longer agrees.

use super::scope;
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// Consent that somebody withdrew.
    pub struct ConsentWithdrawal {
        /// To what: a code of `sharing-scopes`.
        #[schema(min_length = 1, max_length = 40, example = "national_statistics")]
        pub scope: String,
        /// With which organisation; for the scope `share_with_organisation` alone.
        #[schema(min_length = 2, max_length = 64)]
        pub organisation: Option<String>,
    }

    /// Record that somebody no longer agrees to a use of their data
    ///
    /// From the day of `occurred` on. It may be recorded by whoever is told, and of consent that nobody recorded. A
    /// sharing agreement that rests on consent to share with the organisation ends with it, for good.
    post "/v1/people/{id}/consent-withdrawals" in "Sharing" as withdraw_consent;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let scope = scope(&body.scope, body.organisation.as_deref(), reading)?;
        Some(Command::Sharing(SharingCommand::WithdrawConsent { scope }))
    }
}
