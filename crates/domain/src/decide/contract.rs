//! Moving a contract from one service to another, and taking that back.
//!
//! Source: `domain.md` section 8, paper 002 (bulk transfer to a new provider). What follows for each person is
//! [`crate::fact::ProviderChanged`], which the program records for everybody who has something open.

use super::organisation::settle;
use super::{Context, Decision, Refusal};
use crate::code::{OrganisationCode, ServiceCode};
use crate::directory::Service;
use crate::fact::{ContractMoveUndone, ContractMoved};
use crate::fault::{Fault, Faults};
use crate::when::{Occurred, days_between, london_date};
use jiff::civil::Date;

/// Days after the day of the move in which it can be taken back: own reading of "reversible for a day". Later the new
/// service has begun to work, and the way back is another move.
pub const UNDONE_WITHIN_DAYS: i32 = 1;

/// Days by which a move may be told after it happened. Own reading: a month.
pub const MOST_DAYS_LATE: i32 = 31;

/// Days by which a move may be told before it happens. Own reading: a year.
pub const MOST_DAYS_AHEAD: i32 = 366;

pub(super) fn moved(
    occurred: Occurred,
    organisation: &OrganisationCode,
    service: &ServiceCode,
    to: &ServiceCode,
    on: Date,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut faults = Faults::default();
    let mut fault =
        |pointer: &str, code, detail: &str| faults.push(Fault::new(pointer, code, detail.to_owned()));
    let today = london_date(context.now);
    let directory = context.directory;
    let left = of(organisation, service, context);
    if left.is_none() {
        fault(
            "/service",
            "unknown_service",
            "The organisation has no such service.",
        );
    }
    if let Some(contract) = directory.contract_of(service) {
        let detail = format!(
            "The contract of this service moves to {} on {} already. Take that back first.",
            contract.told.to_service, contract.told.on
        );
        fault("/service", "contract_moved", &detail);
    } else if left.is_some_and(|left| left.closed.is_some()) {
        fault(
            "/service",
            "service_closed",
            "The service is closed: it has no contract to move.",
        );
    }
    if !(-MOST_DAYS_LATE..=MOST_DAYS_AHEAD).contains(&days_between(today, on)) {
        let detail = format!(
            "Give a day not more than {MOST_DAYS_LATE} days ago and not more than {MOST_DAYS_AHEAD} days from today."
        );
        fault("/on", "out_of_range", &detail);
    }
    let Some(taking) = directory.service(to) else {
        fault(
            "/toService",
            "unknown_service",
            "No such service. GET /v1/services lists them all.",
        );
        return Err(Refusal(faults));
    };
    if taking.code == *service {
        fault("/toService", "same_service", "Name the service that takes over.");
    }
    if !taking.works_on(on) {
        let detail = format!("This service does not work on {on}. Open it by then, or choose another day.");
        fault("/toService", "service_closed", &detail);
    }
    if let Some(left) = left.filter(|left| left.kind != taking.kind) {
        let detail = format!(
            "This is a service of the kind {}, and the one that is left of the kind {}. A contract moves within a kind.",
            taking.kind.as_str(),
            left.kind.as_str()
        );
        fault("/toService", "other_kind", &detail);
    }
    if !faults.is_empty() {
        return Err(Refusal(faults));
    }
    let contract = context.ids.next_id().into();
    let fact = ContractMoved {
        contract,
        from_service: service.clone(),
        to_service: taking.code.clone(),
        to_organisation: taking.organisation.clone(),
        to_kind: taking.kind,
        on,
    };
    settle(
        occurred,
        vec![fact.into()],
        Vec::new(),
        faults,
        Vec::new(),
        context,
    )
}

pub(super) fn undone(
    occurred: Occurred,
    organisation: &OrganisationCode,
    service: &ServiceCode,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let today = london_date(context.now);
    let refused = |code, detail: String| Err(Refusal(Fault::new("/service", code, detail).into()));
    let contract = match context.directory.contract_of(service) {
        Some(contract) if contract.from_organisation == *organisation => contract,
        _ => {
            return refused(
                "no_move",
                "The contract of this service does not move.".to_owned(),
            );
        }
    };
    if days_between(contract.told.on, today) > UNDONE_WITHIN_DAYS {
        return refused(
            "too_late",
            format!(
                "The contract moved on {}, which can be taken back until the day after. Open a service and move the \
                 contract to it.",
                contract.told.on
            ),
        );
    }
    let fact = ContractMoveUndone {
        contract: contract.told.contract,
    };
    settle(
        occurred,
        vec![fact.into()],
        Vec::new(),
        Faults::default(),
        Vec::new(),
        context,
    )
}

fn of<'a>(
    organisation: &OrganisationCode,
    service: &ServiceCode,
    context: &Context<'a>,
) -> Option<&'a Service> {
    context
        .directory
        .service(service)
        .filter(|found| found.organisation == *organisation)
}
