//! `POST /v1/episodes/{id}/key-worker`: say who is responsible for the person's care.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::EpisodeId;

entry! {
    /// Who is responsible for the person's care.
    pub struct KeyWorker {
        /// The member of staff, by the user name of their tokens.
        #[schema(min_length = 1, max_length = 100, example = "j.smith")]
        pub key_worker: String,
    }

    /// Say who is responsible for the person's care
    ///
    /// The last one said is. The caseload can be asked for by key worker.
    post "/v1/episodes/{id}/key-worker" in "Episodes" as assign_key_worker;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::AssignKeyWorker(reading.user_name(&body.key_worker, "/keyWorker")?),
        })
    }
}
