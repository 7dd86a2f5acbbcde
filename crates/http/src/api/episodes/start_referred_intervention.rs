//! `POST /v1/episodes/{id}/interventions/{interventionId}/start`: start an intervention that was referred to.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::{EpisodeId, InterventionId};

entry! {
    /// An intervention that begins, to which the person was referred.
    pub struct InterventionStart {
        /// A code of `intervention-settings`; that of the referral, when absent.
        #[schema(min_length = 1, max_length = 40)]
        pub setting: Option<String>,
        /// Given within a care plan: makes recovery support (96) structured.
        #[serde(default)]
        pub within_care_plan: bool,
    }

    /// Start an intervention to which the person was referred
    ///
    /// The first structured one in the community after a release is the pick-up.
    post "/v1/episodes/{id}/interventions/{interventionId}/start" in "Episodes" as start_referred_intervention;
    at id, "interventionId" other => Address::Entity(id);
    |body, reading, _now| {
        let setting = body.setting.and_then(|code| reading.code(&code, "/setting"));
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::StartReferred {
                intervention: InterventionId(other),
                setting,
                within_care_plan: body.within_care_plan,
            },
        })
    }
}
