//! `POST /v1/episodes/{id}/interventions/{interventionId}/end`: end an intervention.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::json::ValidJson;
use crate::path::TwoIdsPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{EpisodeId, InterventionId};

command_body! {
    /// A treatment that ends.
    pub struct InterventionEnd {
        /// A code of `intervention-exits`.
        #[schema(min_length = 1, max_length = 40)]
        pub exit: String,
    }
}

/// End an intervention
///
/// The episode goes on until its exit.
#[utoipa::path(
    post, path = "/v1/episodes/{id}/interventions/{interventionId}/end", tag = "Episodes", params(("id" = Uuid, Path), ("interventionId" = Uuid, Path)), request_body = InterventionEnd, responses(CommandAnswers)
)]
pub async fn end_intervention(
    State(state): State<ApiState>,
    asking: Asking,
    TwoIdsPath(id, other): TwoIdsPath,
    ValidJson { body, fingerprint }: ValidJson<InterventionEnd>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            let exit = reading.code(&body.exit, "/exit")?;
            Some(Command::EndIntervention {
                episode: EpisodeId(id),
                intervention: InterventionId(other),
                exit,
            })
        },
    )
    .await
}
