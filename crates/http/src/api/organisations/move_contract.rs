//! A contract that moves from one service to another: said, taken back, and how far it has come.

use crate::api::ApiState;
use crate::api::answered::created;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::wire::{DateWire, Reading};
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemKind};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::Move;
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::decide::OrganisationCommand;
use throughcare_domain::event::Role;
use throughcare_domain::when::Occurred;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a contract goes, and when.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContractMove {
    /// The service that takes over: of the same kind, and at work on that day.
    #[schema(min_length = 2, max_length = 64)]
    pub to_service: String,
    /// The first day on which it has everything that the other one has open: up to 31 days ago, up to a year ahead.
    pub on: DateWire,
}

/// That a contract does not move after all.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContractMoveReversal {}

/// A move, and how far it has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContractMoveShown {
    /// The move.
    pub contract_id: Uuid,
    /// The service that is left.
    pub from_service: String,
    /// The service that takes over.
    pub to_service: String,
    /// The first day on which it has everything.
    pub on: Date,
    /// `planned` before that day, `under_way` while people are still to go over, `complete`; `being_taken_back` and
    /// `taken_back` when it was undone.
    pub state: String,
    /// People whose record says that they went over.
    pub people_moved: u64,
    /// People who are still to go over; or to come back, when it was taken back.
    pub people_left: u64,
    /// Log position up to which both are true.
    pub log_position: u64,
}

fn names(organisation: &str, service: &str) -> Result<(OrganisationCode, ServiceCode), Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let organisation = OrganisationCode::parse(organisation).map_err(|_| not_found())?;
    let service = ServiceCode::parse(service).map_err(|_| not_found())?;
    Ok((organisation, service))
}

/// Move a service's contract to another service
///
/// Administrators only. From that day the other service has the caseload, the open referrals, the waiting list and
/// everything else that is open; each record says so. Nobody's episode ends, and none begins. The service that is left
/// takes nothing on any more: systems that go on referring to it reach the other one.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/services/{service}/contract-move", tag = "Organisations",
    params(
        ("organisation" = String, Path, description = "Code of the organisation"),
        ("service" = String, Path, description = "Code of the service that is left"),
    ),
    request_body = ContractMove, responses(CommandAnswers)
)]
pub async fn move_contract(
    State(state): State<ApiState>,
    asking: Asking,
    Path((organisation, service)): Path<(String, String)>,
    ValidJson { body, fingerprint }: ValidJson<ContractMove>,
) -> Result<Response, Problem> {
    let (organisation, service) = names(&organisation, &service)?;
    let request = asking.request(fingerprint, None)?;
    let mut reading = Reading::default();
    let to = reading.service(&body.to_service, "/toService");
    let to = reading.whole(to)?;
    let location = format!("/v1/services/{service}/contract-move");
    let command = OrganisationCommand::MoveContract {
        organisation,
        service,
        to,
        on: body.on.0,
    };
    let occurred = Occurred::At(request.received_at);
    let answer = state.app.administer(occurred, command, request).await;
    created(&state, &fingerprint, answer.map_err(problem)?, Some(location)).await
}

/// Take the move of a contract back
///
/// Administrators only; until the day after it. Each record says so, and is as if the contract had not moved. What the
/// other service recorded meanwhile stays.
#[utoipa::path(
    post, path = "/v1/organisations/{organisation}/services/{service}/contract-move/reversal", tag = "Organisations",
    params(
        ("organisation" = String, Path, description = "Code of the organisation"),
        ("service" = String, Path, description = "Code of the service that was left"),
    ),
    request_body = ContractMoveReversal, responses(CommandAnswers)
)]
pub async fn undo_move(
    State(state): State<ApiState>,
    asking: Asking,
    Path((organisation, service)): Path<(String, String)>,
    ValidJson { fingerprint, .. }: ValidJson<ContractMoveReversal>,
) -> Result<Response, Problem> {
    let (organisation, service) = names(&organisation, &service)?;
    let request = asking.request(fingerprint, None)?;
    let location = format!("/v1/services/{service}/contract-move");
    let command = OrganisationCommand::UndoMove {
        organisation,
        service,
    };
    let occurred = Occurred::At(request.received_at);
    let answer = state.app.administer(occurred, command, request).await;
    created(&state, &fingerprint, answer.map_err(problem)?, Some(location)).await
}

/// How far the move of a contract has come
///
/// For administrators, auditors and the staff of both services.
#[utoipa::path(
    get, path = "/v1/services/{service}/contract-move", tag = "Organisations",
    params(("service" = String, Path, description = "Code of the service that is left")),
    responses((status = 200, description = "The move", body = ContractMoveShown), ReadRefused)
)]
pub async fn contract_move(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
) -> Result<Json<ContractMoveShown>, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let code = ServiceCode::parse(&service).map_err(|_| not_found())?;
    let found = state.app.contract_move(&code).await.map_err(problem)?;
    let caller = &asking.caller;
    let concerned = match caller.role() {
        Role::Administrator | Role::Auditor => true,
        Role::Commissioner | Role::PrivacyOfficer => false,
        Role::Worker | Role::Clinician | Role::Liaison => [
            &found.contract.from_organisation,
            &found.contract.told.to_organisation,
        ]
        .contains(&caller.organisation()),
    };
    if !concerned {
        return Err(not_found());
    }
    Ok(Json(shown(&found)))
}

fn shown(found: &Move) -> ContractMoveShown {
    let told = &found.contract.told;
    let state = match (found.contract.undone.is_some(), found.has_begun, found.left) {
        (true, _, 0) => "taken_back",
        (true, ..) => "being_taken_back",
        (false, false, _) => "planned",
        (false, true, 0) => "complete",
        (false, true, _) => "under_way",
    };
    ContractMoveShown {
        contract_id: told.contract.0,
        from_service: told.from_service.to_string(),
        to_service: told.to_service.to_string(),
        on: told.on,
        state: state.to_owned(),
        people_moved: found.gone_over,
        people_left: found.left,
        log_position: found.position,
    }
}
