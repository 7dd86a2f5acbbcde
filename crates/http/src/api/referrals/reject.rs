//! `POST /v1/referrals/{id}/rejection`: decline a referral.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::ReferralId;

entry! {
    /// Why: a code of `rejection-reasons`.
    pub struct Rejection {
        /// A code of `rejection-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Decline a referral
    ///
    /// By the organisation of the service asked. The sender sees the reason.
    post "/v1/referrals/{id}/rejection" in "Referrals" as reject;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::RejectReferral {
            referral: ReferralId(id),
            reason: reading.code(&body.reason, "/reason")?,
        })
    }
}
