//! `POST /v1/episodes/{id}/follow-ups`: say what came of following somebody up.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// What came of following somebody up after an exit.
    pub struct FollowUp {
        /// A code of `follow-up-outcomes`.
        #[schema(min_length = 1, max_length = 40)]
        pub outcome: String,
    }

    /// Record a follow-up
    ///
    /// After the exit, whether the person was reached or not.
    post "/v1/episodes/{id}/follow-ups" in "Episodes" as record_follow_up;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let outcome = reading.code(&body.outcome, "/outcome")?;
        Some(Command::RecordFollowUp {
            episode: EpisodeId(id),
            outcome,
        })
    }
}
