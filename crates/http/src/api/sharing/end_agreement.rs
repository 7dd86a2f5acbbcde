//! `POST /v1/sharing-agreements/{id}/end`: a sharing agreement no longer counts.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::id::AgreementId;

entry! {
    /// Why a sharing agreement ends.
    pub struct SharingAgreementEnd {
        /// A code of `agreement-end-reasons`.
        #[schema(min_length = 1, max_length = 40, example = "no_longer_needed")]
        pub reason: String,
    }

    /// End a sharing agreement
    ///
    /// By either side, and by whoever treats the person. The day of `occurred` is the first without it.
    post "/v1/sharing-agreements/{id}/end" in "Sharing" as end_sharing_agreement;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::Sharing(SharingCommand::EndAgreement {
            agreement: AgreementId(id),
            reason,
        }))
    }
}
