//! `POST /v1/episodes/{id}/interventions`: start an intervention.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// A treatment that begins.
    pub struct NewIntervention {
        /// A code of `interventions`, such as 94 (pharmacological) or 95 (psychosocial).
        #[schema(min_length = 1, max_length = 40)]
        pub intervention: String,
        /// A code of `intervention-settings`.
        #[schema(min_length = 1, max_length = 40)]
        pub setting: String,
        /// Given within a care plan: makes recovery support (96) structured.
        #[serde(default)]
        pub within_care_plan: bool,
    }

    /// Start an intervention
    ///
    /// The first structured one in the community after a release is the pick-up.
    post "/v1/episodes/{id}/interventions" in "Episodes" as start_intervention;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let code = reading.code(&body.intervention, "/intervention");
        let setting = reading.code(&body.setting, "/setting");
        let within_care_plan = body.within_care_plan;
        Some(Command::StartIntervention {
            episode: EpisodeId(id),
            code: code?,
            setting: setting?,
            within_care_plan,
        })
    }
}
