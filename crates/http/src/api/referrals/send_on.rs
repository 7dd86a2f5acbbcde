//! `POST /v1/referrals/{id}/onward-referral`: send a referral on to another service.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::ReferralId;

entry! {
    /// The service that is asked instead.
    pub struct OnwardReferral {
        /// The service asked now.
        #[schema(min_length = 2, max_length = 64)]
        pub to_service: String,
        /// A code of `referral-sources`; that of the first referral, when absent.
        #[schema(min_length = 1, max_length = 40)]
        pub source: Option<String>,
    }

    /// Send a referral on
    ///
    /// By the organisation of the service asked, before triage. Makes a referral to the next service, with the same
    /// substances and, of a transfer, the same episode. The first sender goes on seeing what becomes of it, and the
    /// six weeks to triage count from the first referral.
    post "/v1/referrals/{id}/onward-referral" in "Referrals" as send_on;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let to_service = reading.service(&body.to_service, "/toService");
        let source = body.source.and_then(|code| reading.code(&code, "/source"));
        Some(Command::SendReferralOn {
            referral: ReferralId(id),
            to_service: to_service?,
            source,
        })
    }
}
