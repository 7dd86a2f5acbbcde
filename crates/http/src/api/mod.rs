//! The endpoints: one file for each, grouped by what they are about.
//!
//! An endpoint's file holds its request and answer types, its OpenAPI description and its handler, which turns
//! the request into a command or a query of the app and the answer into JSON. It decides nothing.

pub mod answered;
pub mod asking;
mod recording;
pub(crate) mod refusal;
mod shown;
mod times;
mod transitions;
pub mod wire;

mod access_log;
mod appointments;
mod charts;
mod corrections;
mod csv;
mod custody;
mod emergency;
mod episodes;
mod events;
mod explaining;
mod harm;
mod imports;
mod inbound;
mod indicators;
mod justice;
pub mod log;
mod members;
mod merges;
mod naloxone;
mod needs;
mod organisations;
mod outreach;
mod people;
mod placements;
mod protection;
mod recalls;
mod receipts;
mod reference_data;
mod referrals;
mod releases;
mod seals;
mod sharing;
mod stock;
mod subject_access;
mod tags;
mod webhooks;
mod worklists;

pub use subject_access::{CopyForm, written_copy};

use crate::lists::CursorKey;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use throughcare_app::App;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

/// What every endpoint needs.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: App,
    /// The key of cursors.
    pub cursors: CursorKey,
    /// The key of receipts.
    pub receipts: crate::receipt::ReceiptKey,
    /// Who watches the logs.
    pub watched: log::Watched,
    /// Who looks people up how often.
    pub lookups: crate::sweeping::Lookups,
    /// To which receivers something may be sent.
    pub receivers: crate::outbound::Allowed,
    /// Who carries what an administrator tries a receiver with.
    pub carrier: std::sync::Arc<dyn throughcare_app::webhooks::Carrier>,
}

impl FromRef<ApiState> for App {
    fn from_ref(state: &ApiState) -> Self {
        state.app.clone()
    }
}

/// Schemas that only answers shared by many endpoints name, which the generator does not collect by itself.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    answered::Recorded,
    answered::CreatedThing,
    crate::problem::ProblemBody,
    crate::problem::Fault
)))]
struct Shared;

/// Every route that wants a token.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Shared::openapi())
        .merge(people::routes())
        .merge(custody::routes())
        .merge(inbound::routes())
        .merge(referrals::routes())
        .merge(receipts::routes())
        .merge(episodes::routes())
        .merge(imports::routes())
        .merge(appointments::routes())
        .merge(naloxone::routes())
        .merge(stock::routes())
        .merge(recalls::routes())
        .merge(harm::routes())
        .merge(justice::routes())
        .merge(sharing::routes())
        .merge(emergency::routes())
        .merge(protection::routes())
        .merge(seals::routes())
        .merge(subject_access::routes())
        .merge(needs::routes())
        .merge(tags::routes())
        .merge(placements::routes())
        .merge(outreach::routes())
        .merge(corrections::routes())
        .merge(merges::routes())
        .merge(worklists::routes())
        .merge(releases::routes())
        .merge(indicators::routes())
        .merge(charts::routes())
        .merge(access_log::routes())
        .merge(events::routes())
        .merge(log::routes())
        .merge(reference_data::routes())
        .merge(organisations::routes())
        .merge(members::routes())
        .merge(webhooks::routes())
}

/// Every route that wants a token, over the use cases, with the layers that let in who acts for an organisation and
/// that record whom an answer shows.
pub fn routed(state: ApiState) -> OpenApiRouter {
    let app = state.app.clone();
    routes()
        .route_layer(from_fn_with_state(app.clone(), crate::looks::layer))
        .route_layer(from_fn_with_state(app, crate::membership::layer))
        .route_layer(from_fn(crate::discreet::layer))
        .with_state(state)
}

/// No routes: a node that only works on the lists answers for its health alone.
pub fn none() -> OpenApiRouter {
    OpenApiRouter::new()
}

/// The OpenAPI file, without a database or keys: for the committed copy, its drift check and `openapi`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    // The state is never used: only the descriptions are read.
    let described: OpenApiRouter = OpenApiRouter::with_openapi(routes().into_openapi());
    crate::assemble::describe(described)
}

#[cfg(test)]
mod tests;
