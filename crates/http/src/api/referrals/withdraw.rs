//! `POST /v1/referrals/{id}/withdrawal`: take a referral back.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::ReferralId;

entry! {
    /// Why: a code of `withdrawal-reasons`.
    pub struct Withdrawal {
        /// A code of `withdrawal-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Take a referral back
    ///
    /// By the sender or by the service asked, as long as nobody was triaged.
    post "/v1/referrals/{id}/withdrawal" in "Referrals" as withdraw;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::WithdrawReferral {
            referral: ReferralId(id),
            reason: reading.code(&body.reason, "/reason")?,
        })
    }
}
