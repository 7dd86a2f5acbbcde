//! `POST /v1/people/{id}/custody-stays`: record a stay in prison that nobody recorded.

use super::movement::MovementWire;
use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, CommandBody, Told, command_body};
use crate::api::refusal::problem;
use crate::api::wire::{Reading, asked};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

command_body! {
    /// A stay in prison, from reception to release.
    pub struct CustodyStay {
        /// How it began; `occurred` says when.
        pub reception: MovementWire,
        /// How it ended.
        pub release: MovementWire,
        /// When it ended: a date, or an instant with offset.
        pub released: WhenWire,
    }
}

/// Record a whole stay in prison
///
/// For a stay that nobody recorded, between others that somebody did: reception and release are judged together,
/// because either of them alone would contradict the record.
#[utoipa::path(
    post, path = "/v1/people/{id}/custody-stays", tag = "Custody", params(("id" = Uuid, Path)),
    request_body = CustodyStay, responses(CommandAnswers)
)]
pub async fn record_stay(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson {
        mut body,
        fingerprint,
    }: ValidJson<CustodyStay>,
) -> Result<Response, Problem> {
    let Told {
        occurred,
        note,
        external_reference,
    } = body.told();
    let request = asking.request(fingerprint, external_reference.map(Into::into))?;
    let now = request.received_at;
    let mut reading = Reading::default();
    let reception = body.reception.read(&mut reading, "/reception");
    let release = body.release.read(&mut reading, "/release");
    let (reception, release) = reading.whole(reception.zip(release))?;
    let stay = vec![
        asked(occurred, note, Command::RecordMovement(reception), now),
        asked(Some(body.released), None, Command::RecordMovement(release), now),
    ];
    let answer = state
        .app
        .record(Address::Person(PersonId(id)), stay, request)
        .await
        .map_err(problem)?;
    let location = answer.person.map(|person| format!("/v1/people/{person}"));
    created(&state, &fingerprint, answer, location).await
}
