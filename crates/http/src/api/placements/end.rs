//! `POST /v1/placements/{id}/end`: record the end of a placement.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PlacementId;

entry! {
    /// Why a placement ended.
    pub struct PlacementEnd {
        /// A code of `placement-end-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Record the end of a placement
    post "/v1/placements/{id}/end" in "Placements" as end_placement;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::EndPlacement {
            placement: PlacementId(id),
            reason,
        })
    }
}
