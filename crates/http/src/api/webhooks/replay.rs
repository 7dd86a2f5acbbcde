//! `POST /v1/webhooks/{id}/replays`: tell a receiver again.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::{problem, refused};
use crate::api::shown::ReadRefused;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use throughcare_app::webhooks::ReplayFrom;
use throughcare_domain::fault::Faults;
use throughcare_domain::when::end_of_london_day;
use utoipa::ToSchema;
use uuid::Uuid;

/// From where to tell again: one of the two.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReplay {
    /// What came after this position of the log.
    #[schema(minimum = 0, maximum = 999_999_999_999_999_999_i64)]
    pub after: Option<u64>,
    /// What was recorded after this instant, or from this day on.
    pub since: Option<WhenWire>,
}

/// From where a receiver is told again.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Replaying {
    /// The webhook.
    pub webhook_id: Uuid,
    /// What came after this position is told.
    pub after: u64,
}

/// Tell a receiver again
///
/// Under the same ids: what a receiver has had under a `webhook-id`, it has had. A webhook that was disabled is active
/// again; `after` with its present position has it go on from where it stood. By administrators of the organisation
/// who signed in.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/replays", tag = "Webhooks", params(("id" = uuid::Uuid, Path)),
    request_body = NewReplay,
    responses((status = 202, description = "It is told again", body = Replaying), ReadRefused)
)]
pub async fn replay_webhook(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewReplay>,
) -> Result<(StatusCode, Json<Replaying>), Problem> {
    let request = asking.request(fingerprint, None)?;
    let from = match (body.after, body.since) {
        (Some(after), None) => ReplayFrom::After(after),
        (None, Some(WhenWire::At(at))) => ReplayFrom::Since(at),
        (None, Some(WhenWire::On(day))) => {
            ReplayFrom::Since(end_of_london_day(day.yesterday().unwrap_or(day)))
        }
        (Some(_), Some(_)) | (None, None) => {
            let mut faults = Faults::default();
            faults.add("", "one_of", "Give either after or since.");
            return Err(refused(faults));
        }
    };
    let after = state
        .app
        .replay_webhook(id, from, &request)
        .await
        .map_err(problem)?;
    Ok((
        StatusCode::ACCEPTED,
        Json(Replaying {
            webhook_id: id,
            after,
        }),
    ))
}
