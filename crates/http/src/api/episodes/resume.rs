//! `POST /v1/episodes/{id}/resumption`: go on after a hold.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::EpisodeId;

entry! {
    /// Treatment goes on.
    pub struct Resumption {
    }

    /// Go on after a hold
    ///
    /// Where treatment stood before it.
    post "/v1/episodes/{id}/resumption" in "Episodes" as resume_treatment;
    at id => Address::Entity(id);
    |_told, _reading, _now| {
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::Resume,
        })
    }
}
