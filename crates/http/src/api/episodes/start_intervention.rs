//! `POST /v1/episodes/{id}/interventions`: start an intervention.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

command_body! {
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
}

/// Start an intervention
///
/// The first structured one in the community after a release is the pick-up.
#[utoipa::path(
    post, path = "/v1/episodes/{id}/interventions", tag = "Episodes", params(("id" = Uuid, Path)), request_body = NewIntervention, responses(CommandAnswers)
)]
pub async fn start_intervention(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewIntervention>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            let code = reading.code(&body.intervention, "/intervention");
            let setting = reading.code(&body.setting, "/setting");
            let within_care_plan = body.within_care_plan;
            Some(Command::StartIntervention {
                episode: EpisodeId(id),
                code: code?,
                setting: setting?,
                within_care_plan,
            })
        },
    )
    .await
}
