//! `POST /v1/episodes/{id}/waiting-list-entry`: place on the waiting list.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// A wait that begins.
    pub struct WaitingListEntry {
        /// A code of `interventions`.
        #[schema(min_length = 1, max_length = 40)]
        pub intervention: String,
    }

    /// Place on the waiting list
    ///
    /// The person waits for an intervention from that day.
    post "/v1/episodes/{id}/waiting-list-entry" in "Episodes" as place_on_waiting_list;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let intervention = reading.code(&body.intervention, "/intervention")?;
        Some(Command::PlaceOnWaitingList {
            episode: EpisodeId(id),
            intervention,
        })
    }
}
