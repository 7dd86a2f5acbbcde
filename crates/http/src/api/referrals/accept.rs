//! `POST /v1/referrals/{id}/acceptance`: accept a referral.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::ReferralId;

entry! {
    /// A referral taken on.
    pub struct Acceptance {
    }

    /// Accept a referral
    ///
    /// By the organisation of the service asked, which then sees the record.
    post "/v1/referrals/{id}/acceptance" in "Referrals" as accept;
    at id => Address::Entity(id);
    |_told, _reading, _now| Some(Command::AcceptReferral(ReferralId(id)))
}
