//! `POST /v1/releases/{id}/details`: complete what was unknown of a release.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EventId;

entry! {
    /// What is now known of a release.
    pub struct ReleaseDetails {
        /// Authority of residence on release, a code of `areas`.
        #[schema(min_length = 4, max_length = 9)]
        pub area: Option<String>,
        /// Known to have, or not to have, no fixed abode.
        pub no_fixed_abode: Option<bool>,
        /// A code of `referral-on-release`.
        #[schema(min_length = 1, max_length = 40)]
        pub referral_on_release: Option<String>,
    }

    /// Complete what was unknown of a release
    ///
    /// What is absent stays as it was.
    post "/v1/releases/{id}/details" in "Custody" as complete_release;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::CompleteRelease {
            release: EventId(id),
            area: body.area.and_then(|area| reading.area(&area, "/area")),
            no_fixed_abode: body.no_fixed_abode,
            referral_on_release: body
                .referral_on_release
                .and_then(|code| reading.code(&code, "/referralOnRelease")),
        })
    }
}
