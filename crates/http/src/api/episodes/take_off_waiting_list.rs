//! `POST /v1/episodes/{id}/waiting-list-removal`: take off the waiting list.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// A wait that ends without a start.
    pub struct WaitingListRemoval {
        /// A code of `waiting-list-removal-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Take off the waiting list
    ///
    /// Without having started. A start ends the wait by itself.
    post "/v1/episodes/{id}/waiting-list-removal" in "Episodes" as take_off_waiting_list;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::TakeOffWaitingList {
            episode: EpisodeId(id),
            reason,
        })
    }
}
