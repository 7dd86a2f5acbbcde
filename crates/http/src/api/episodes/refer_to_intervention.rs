//! `POST /v1/episodes/{id}/intervention-referrals`: refer to an intervention.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::EpisodeId;

entry! {
    /// An intervention to which the person is referred.
    pub struct InterventionReferral {
        /// A code of `interventions`.
        #[schema(min_length = 1, max_length = 40, example = "94")]
        pub intervention: String,
        /// A code of `intervention-settings`.
        #[schema(min_length = 1, max_length = 40, example = "community")]
        pub setting: String,
    }

    /// Refer to an intervention
    ///
    /// `occurred` is the day from which the wait for it counts, until the first appointment is offered.
    post "/v1/episodes/{id}/intervention-referrals" in "Episodes" as refer_to_intervention;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let code = reading.code(&body.intervention, "/intervention");
        let setting = reading.code(&body.setting, "/setting");
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::ReferTo {
                code: code?,
                setting: setting?,
            },
        })
    }
}
