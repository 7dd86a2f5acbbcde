//! `POST /v1/referrals/{id}/triage`: record the triage.

use crate::api::ApiState;
use crate::api::answered::{created, location};
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, Entry, command_body, record};
use crate::api::wire::Reading;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::ReferralId;

command_body! {
    /// The first assessment.
    pub struct Triage {
        /// A code of `triage-outcomes`.
        #[schema(min_length = 1, max_length = 40, example = "treatment_needed")]
        pub outcome: String,
        /// Codes of `substances`, most important first.
        #[serde(default)]
        #[schema(max_items = 3)]
        pub substances: Vec<String>,
    }
}

impl Entry for Triage {
    type At = IdPath;

    fn address(IdPath(id): IdPath) -> Address {
        Address::Entity(id)
    }

    fn command(self, IdPath(id): IdPath, reading: &mut Reading, _: Timestamp) -> Option<Command> {
        let substances = reading.codes(&self.substances, "/substances");
        let outcome = reading.code(&self.outcome, "/outcome")?;
        Some(Command::Triage {
            referral: ReferralId(id),
            outcome,
            substances,
        })
    }
}

/// Record the triage
///
/// The first assessment after referral. With outcome `treatment_needed` an episode opens on that day.
#[utoipa::path(
    post, path = "/v1/referrals/{id}/triage", tag = "Referrals", params(("id" = Uuid, Path)), request_body = Triage, responses(CommandAnswers)
)]
pub async fn triage(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<Triage>,
) -> Result<Response, Problem> {
    let read = |body: Triage, reading: &mut Reading, now| body.command(IdPath(id), reading, now);
    let answer = record(&state, &asking, fingerprint, Address::Entity(id), body, read).await?;
    let location = location(&answer, "episode", "/v1/episodes");
    created(&state, &fingerprint, answer, location).await
}
