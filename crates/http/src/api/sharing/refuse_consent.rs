//! `POST /v1/people/{id}/consent-refusals`: somebody was asked and did not agree.

use super::{scope, wording};
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// Consent that somebody refused.
    pub struct ConsentRefusal {
        /// To what: a code of `sharing-scopes`.
        #[schema(min_length = 1, max_length = 40, example = "national_statistics")]
        pub scope: String,
        /// With which organisation; for the scope `share_with_organisation` alone.
        #[schema(min_length = 2, max_length = 64)]
        pub organisation: Option<String>,
        /// In which words they were asked: a code of `consent-wordings`.
        #[schema(min_length = 1, max_length = 40, example = "national_leaflet")]
        pub wording: String,
        /// The version printed on the leaflet or form.
        #[schema(min_length = 1, max_length = 40, example = "2025-04")]
        pub wording_version: Option<String>,
    }

    /// Record that somebody did not agree to a use of their data
    ///
    /// A refusal never blocks treatment. A sharing agreement that rests on consent to share with the organisation ends
    /// with it.
    post "/v1/people/{id}/consent-refusals" in "Sharing" as refuse_consent;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let scope = scope(&body.scope, body.organisation.as_deref(), reading);
        let wording = wording(&body.wording, body.wording_version.as_deref(), reading);
        Some(Command::Sharing(SharingCommand::RefuseConsent {
            scope: scope?,
            wording: Some(wording?),
        }))
    }
}
