//! `POST /v1/needs/{id}/clearing`: clear a need or a risk.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::NeedId;

entry! {
    /// Why a need is no longer open.
    pub struct NeedClearing {
        /// A code of `need-clearing-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Clear a need or a risk
    ///
    /// By the organisation that raised it, or one that sees the record and the need.
    post "/v1/needs/{id}/clearing" in "Needs" as clear_need;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::ClearNeed {
            need: NeedId(id),
            reason,
        })
    }
}
