//! `POST /v1/episodes/{id}/hold`: put treatment on hold.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::EpisodeId;

entry! {
    /// Why treatment rests.
    pub struct Hold {
        /// A code of `hold-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Put treatment on hold
    ///
    /// It is shown as on hold, with where it returns to, until it is resumed or the episode ends.
    post "/v1/episodes/{id}/hold" in "Episodes" as hold_treatment;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::Hold {
                reason: reading.code(&body.reason, "/reason")?,
            },
        })
    }
}
