//! A service's naloxone: received, counted, removed, given to people who are not clients; the shelf and its ledger.

mod correct;
mod count;
mod ledger;
mod minimum;
mod receive;
mod remove;
mod shelf;
mod supplies;
mod supply;
mod tell_recipient;

use super::ApiState;
use super::answered::created;
use super::asking::Asking;
use super::refusal::problem;
use super::wire::{ExternalReference, Reading, occurred};
use crate::idempotency::Fingerprint;
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::response::Response;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::decide::StockCommand;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(receive::receive_stock, shelf::naloxone_stock))
        .routes(routes!(count::count_stock))
        .routes(routes!(remove::remove_stock))
        .routes(routes!(minimum::set_stock_minimum))
        .routes(routes!(correct::correct_stock))
        .routes(routes!(ledger::stock_ledger))
        .routes(routes!(supply::supply_naloxone, supplies::naloxone_supplies))
        .routes(routes!(tell_recipient::tell_recipient))
}

/// The service of an address; one that cannot be is 404.
fn service_of(text: &str) -> Result<ServiceCode, Problem> {
    ServiceCode::parse(text).map_err(|_| Problem::new(ProblemKind::NotFound))
}

/// Records one command about a service's naloxone. `read` turns the body into the command and notes what is wrong.
async fn keep(
    state: &ApiState,
    asking: &Asking,
    service: &str,
    fingerprint: Fingerprint,
    (when, reference): (Option<WhenWire>, Option<ExternalReference>),
    read: impl FnOnce(&mut Reading) -> Option<StockCommand>,
) -> Result<Response, Problem> {
    let service = service_of(service)?;
    let request = asking.request(fingerprint, reference.map(Into::into))?;
    let mut reading = Reading::default();
    let command = read(&mut reading);
    let command = reading.whole(command)?;
    let occurred = occurred(when, request.received_at);
    let answer = state
        .app
        .keep_stock(occurred, service, command, request)
        .await
        .map_err(problem)?;
    created(state, &fingerprint, answer, None).await
}
