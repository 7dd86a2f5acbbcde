//! Organisations, their services and the training of their workers; and where an external reference ended up.

mod close_service;
mod kind;
mod move_contract;
mod open_service;
mod organisation;
mod reference;
mod register;
mod service;
mod services;
mod train_worker;
mod trainings;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(register::register_organisation))
        .routes(routes!(organisation::organisation))
        .routes(routes!(open_service::open_service))
        .routes(routes!(close_service::close_service))
        .routes(routes!(move_contract::move_contract))
        .routes(routes!(move_contract::undo_move))
        .routes(routes!(move_contract::contract_move))
        .routes(routes!(services::services))
        .routes(routes!(service::service))
        .routes(routes!(train_worker::train_worker, trainings::worker_trainings))
        .routes(routes!(reference::reference))
}
