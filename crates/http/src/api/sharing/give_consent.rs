//! `POST /v1/people/{id}/consents`: somebody agreed to a use of their data.

use super::{scope, wording};
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::PersonId;

entry! {
    /// Consent that somebody gave.
    pub struct NewConsent {
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

    /// Record that somebody agreed to a use of their data
    ///
    /// It counts from the day of `occurred`. Treatment asks for none of this.
    post "/v1/people/{id}/consents" in "Sharing" as give_consent;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let scope = scope(&body.scope, body.organisation.as_deref(), reading);
        let wording = wording(&body.wording, body.wording_version.as_deref(), reading);
        Some(Command::Sharing(SharingCommand::GiveConsent {
            scope: scope?,
            wording: Some(wording?),
        }))
    }
}
