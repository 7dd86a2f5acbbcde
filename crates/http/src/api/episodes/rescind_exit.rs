//! `POST /v1/episodes/{id}/exit-rescission`: take an exit back.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// An exit that was none.
    pub struct ExitRescission {
        /// A code of `exit-rescission-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Take an exit back
    ///
    /// The episode goes on from then as if it had not ended, with the interventions that ended with it. Refused when the
    /// service has opened another episode since.
    post "/v1/episodes/{id}/exit-rescission" in "Episodes" as rescind_exit;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason")?;
        Some(Command::RescindExit {
            episode: EpisodeId(id),
            reason,
        })
    }
}
