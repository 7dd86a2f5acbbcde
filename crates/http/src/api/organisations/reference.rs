//! `GET /v1/references/{id}`: where an external reference that was used before ended up.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use throughcare_app::AppError;
use throughcare_app::query::{PersonRead, Times};
use throughcare_domain::access::{self, Visibility};
use throughcare_domain::id::{EpisodeId, KitId, ReferralId};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a reference became.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReferenceShown {
    /// The referral, episode, intervention, kit, plan, release or person; the recall, or what a service gave to others.
    pub id: Uuid,
    /// Where to read it.
    #[schema(example = "/v1/referrals/01920000-0000-7000-8000-000000000001")]
    pub href: String,
}

/// What an external reference became
///
/// The address to which the refusal of a repeated external reference points.
#[utoipa::path(
    get, path = "/v1/references/{id}", tag = "Referrals",
    params(("id" = Uuid, Path, description = "The id in the refusal")),
    responses((status = 200, description = "Where it is found", body = ReferenceShown), ReadRefused)
)]
pub async fn reference(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Json<ReferenceShown>, Problem> {
    let found = match state.app.referral(&asking.caller, ReferralId(id)).await {
        Ok(_) => Ok(format!("/v1/referrals/{id}")),
        Err(AppError::NotFound) => beside_records(&state, &asking, id).await,
        Err(error) => Err(error),
    };
    let href = found.map_err(problem)?;
    Ok(Json(ReferenceShown { id, href }))
}

/// The address of a recall, for everybody, or of what a service gave to somebody who is no client, for its own
/// organisation and auditors; else of something on a record.
async fn beside_records(state: &ApiState, asking: &Asking, id: Uuid) -> Result<String, AppError> {
    let directory = state.app.directory().await?;
    if directory.recalls().iter().any(|recall| recall.id.0 == id) {
        return Ok(format!("/v1/naloxone-recalls/{id}"));
    }
    let Some(service) = state.app.service_of(id, &directory).await? else {
        return within_person(state, asking, id).await;
    };
    let caller = &asking.caller;
    if access::lists(caller.role()).includes(caller.organisation(), &service.organisation) {
        Ok(format!("/v1/services/{}/naloxone-supplies", service.code))
    } else {
        Err(AppError::NotFound)
    }
}

/// The address of something on the record of a person whom the caller may see, or of that person.
async fn within_person(state: &ApiState, asking: &Asking, id: Uuid) -> Result<String, AppError> {
    let person = state.app.person_of(id).await?;
    let read = state.app.person(&asking.caller, person, Times::default()).await?;
    // Whoever sees only what they sent may not learn which record holds it; and what is withheld does not exist.
    if read.visibility == Visibility::Full && read.tells_of(id) {
        Ok(address(&read, id))
    } else {
        Err(AppError::NotFound)
    }
}

fn address(read: &PersonRead, id: Uuid) -> String {
    let person = read.person;
    if read.state().episode(EpisodeId(id)).is_some() {
        format!("/v1/episodes/{id}")
    } else if read.state().kit(KitId(id)).is_some() {
        format!("/v1/people/{person}/naloxone")
    } else {
        format!("/v1/people/{person}")
    }
}
