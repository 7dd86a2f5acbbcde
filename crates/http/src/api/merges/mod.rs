//! Records that are one person's, and records that are not.

mod join;
mod mismatch;
mod undo;

use super::ApiState;
use super::answered::created;
use super::asking::Asking;
use super::refusal::problem;
use super::wire::Reading;
use crate::idempotency::Fingerprint;
use crate::problem::Problem;
use axum::response::Response;
use throughcare_app::{MergeAbout, MergeAsked};
use throughcare_domain::command::MergeCommand;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints of this group.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(join::join))
        .routes(routes!(undo::undo))
        .routes(routes!(mismatch::mismatch))
}

/// Records what is said about two records, answered with 201 and the address of the record.
async fn said(
    state: &ApiState,
    asking: &Asking,
    fingerprint: Fingerprint,
    about: MergeAbout,
    note: Option<String>,
    read: impl FnOnce(&mut Reading) -> Option<MergeCommand>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, None)?;
    let mut reading = Reading::default();
    let command = read(&mut reading);
    let command = reading.whole(command)?;
    let asked = MergeAsked { about, command, note };
    let answer = state.app.merge(asked, request).await.map_err(problem)?;
    let location = answer.person.map(|person| format!("/v1/people/{person}"));
    created(state, &fingerprint, answer, location).await
}
