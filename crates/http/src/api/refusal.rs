//! What the use cases refuse, as problems for people.

use crate::problem::{Fault, Problem, ProblemKind};
use throughcare_app::AppError;
use throughcare_domain::fault::Faults;

/// The problem for an error of a use case.
pub fn problem(error: AppError) -> Problem {
    use std::error::Error as _;
    let cause = error.source().map(ToString::to_string);
    let problem = match error {
        AppError::NotFound => Problem::new(ProblemKind::NotFound),
        AppError::WrongRole(sentence) => Problem::new(ProblemKind::ForbiddenScope).detail(sentence),
        AppError::Sealed { ask } => Problem::new(ProblemKind::RecordSealed).detail(format!(
            "There may be information that you cannot see. Ask the privacy officer of {ask}. In an emergency a clinician can look: POST /v1/break-glass."
        )),
        AppError::NoMembership(sentence) => Problem::new(ProblemKind::NoMembership).detail(sentence),
        AppError::Refused(faults) => refused(faults),
        AppError::Stale => Problem::new(ProblemKind::PreconditionFailed),
        AppError::Busy => Problem::new(ProblemKind::Unavailable).detail(
            "Others are changing this record at the moment. Nothing was recorded; send the request again.",
        ),
        AppError::KeyReused => Problem::new(ProblemKind::IdempotencyKeyReused),
        AppError::LinesToMake => Problem::new(ProblemKind::Unavailable).detail(
            "The lists were made by an older program, and lack what is counted here. The operator runs \
             `throughcare rebuild --accept-changes`.",
        ),
        AppError::NotProvedYet => Problem::new(ProblemKind::Unavailable).detail(
            "No checkpoint goes so far yet. One is signed within ten seconds of what is recorded; try again then.",
        ),
        AppError::Altered(fault) => Problem::new(ProblemKind::Conflict).detail(format!(
            "What is stored is not what was recorded: {fault}. Tell those who watch over this service."
        )),
        AppError::InProgress => Problem::new(ProblemKind::IdempotencyInProgress),
        AppError::DuplicateReference { entity } => {
            Problem::new(ProblemKind::DuplicateReference).link(format!("/v1/references/{entity}"))
        }
        AppError::Unavailable(_) => Problem::new(ProblemKind::Unavailable),
        AppError::Unknown => Problem::new(ProblemKind::OutcomeUnknown),
        AppError::Internal(_) => Problem::new(ProblemKind::Internal),
    };
    match cause {
        Some(cause) => problem.internal(cause),
        None => problem,
    }
}

/// Every fault at once: what could not have happened, and codes nobody knows.
pub fn refused(faults: Faults) -> Problem {
    Problem::new(ProblemKind::Refused)
        .detail("Nothing was recorded. Correct each place listed in errors and send the request again.")
        .faults(
            faults
                .into_iter()
                .map(|fault| Fault::new(fault.pointer, fault.code, fault.detail)),
        )
}

/// The problem for an error of a use case whose command stands under `prefix` in the body, for the fields named.
pub fn problem_under(prefix: &str, fields: &[&str], error: AppError) -> Problem {
    let AppError::Refused(faults) = error else {
        return problem(error);
    };
    let mut placed = Faults::default();
    for fault in faults {
        let inside = fields.iter().any(|field| fault.pointer.starts_with(field));
        let pointer = if inside {
            format!("{prefix}{}", fault.pointer)
        } else {
            fault.pointer
        };
        placed.add(pointer, fault.code, fault.detail);
    }
    refused(placed)
}
