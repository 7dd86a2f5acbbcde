//! `POST /v1/organisations/{organisation}/worker-trainings`: put a worker's training on the register.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::wire::{DateWire, ExternalReference, Reading, occurred};
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::OrganisationCommand;
use utoipa::ToSchema;

/// The training of a worker.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrainingOfWorker {
    /// The worker's user name, as tokens give it in `user_name`.
    #[schema(min_length = 1, max_length = 100, example = "r.ashdown")]
    pub worker: String,
    /// A code of `worker-trainings`.
    #[schema(min_length = 1, max_length = 40, example = "naloxone_supply")]
    pub training: String,
    /// The last day on which it counts, where it runs out.
    pub expires_on: Option<DateWire>,
    /// When it was given; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Put a worker's training on the register
///
/// By workers of the organisation, and administrators. Where the list `naloxone-suppliers` asks for a training, nobody
/// without it gives naloxone out.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/worker-trainings", tag = "Organisations",
    params(("organisation" = String, Path, description = "Code of the organisation")),
    request_body = TrainingOfWorker, responses(CommandAnswers)
)]
pub async fn train_worker(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<TrainingOfWorker>,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let organisation = OrganisationCode::parse(&organisation).map_err(|_| not_found())?;
    let directory = state.app.directory().await.map_err(problem)?;
    if directory.organisation(&organisation).is_none() {
        return Err(not_found());
    }
    let request = asking.request(fingerprint, body.external_reference.map(Into::into))?;
    let occurred = occurred(body.occurred, request.received_at);
    let mut reading = Reading::default();
    let training = reading.code(&body.training, "/training");
    let training = reading.whole(training)?;
    let command = OrganisationCommand::TrainWorker {
        organisation,
        worker: body.worker,
        training,
        expires_on: body.expires_on.map(|date| date.0),
    };
    let answer = state
        .app
        .administer(occurred, command, request)
        .await
        .map_err(problem)?;
    created(&state, &fingerprint, answer, None).await
}
