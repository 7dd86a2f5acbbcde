//! What became of each row.

use super::columns::Columns;
use super::row::Done;
use crate::api::answered::CreatedThing;
use crate::problem::{Fault, Problem, ProblemKind};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What became of an import.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// True when nothing was recorded: the rows were only tried.
    pub dry_run: bool,
    /// How many rows there were.
    pub rows: usize,
    /// Recorded; in a dry run, those that would be.
    pub accepted: usize,
    /// Recorded before, by this reference.
    pub replayed: usize,
    /// Not recorded: something is wrong with them.
    pub refused: usize,
    /// Not known, or not now: send them again.
    pub again: usize,
    /// Each row, in order.
    pub data: Vec<RowReport>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Recorded; in a dry run, it would be.
    Accepted,
    /// Recorded before.
    Replayed,
    /// Not recorded: something is wrong with it.
    Refused,
    /// Send it again: it is not known whether it was recorded, or it could not be now. Doing so is safe.
    Again,
}

/// One row's line in the report.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowReport {
    /// Its line in the file.
    pub line: u64,
    /// Its reference, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// What was created: referral, episode, interventions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub created: Vec<CreatedThing>,
    /// Codes of what does not fit the record but was kept because a system sent it; a work item for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Everything that is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<RowFault>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowFault {
    /// Where in the row, as a JSON pointer.
    pub pointer: String,
    /// The column, in a file that has columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// A stable code.
    pub code: String,
    /// What was expected, and what to do.
    pub detail: String,
}

impl RowReport {
    /// The line for a row of these fields.
    pub fn of(
        line: u64,
        reference: Option<String>,
        done: Result<Done, Problem>,
        columns: Option<(&Columns, &Map<String, Value>)>,
    ) -> Self {
        let (outcome, faults) = match &done {
            Ok(done) if done.replayed => (Outcome::Replayed, Vec::new()),
            Ok(_) => (Outcome::Accepted, Vec::new()),
            Err(problem) => (outcome(problem.kind()), faults(problem)),
        };
        let (created, flags) = done.map_or_else(|_| Default::default(), |done| (done.created, done.flags));
        let errors = faults.into_iter().map(|fault| RowFault {
            column: columns
                .and_then(|(columns, fields)| columns.column(&fault.pointer, fields))
                .map(str::to_owned),
            pointer: fault.pointer,
            code: fault.code,
            detail: fault.detail,
        });
        Self {
            line,
            reference,
            outcome,
            created,
            flags,
            errors: errors.collect(),
        }
    }
}

fn outcome(kind: ProblemKind) -> Outcome {
    match kind {
        ProblemKind::DuplicateReference => Outcome::Replayed,
        ProblemKind::Unavailable
        | ProblemKind::OutcomeUnknown
        | ProblemKind::IdempotencyInProgress
        | ProblemKind::Internal => Outcome::Again,
        _ => Outcome::Refused,
    }
}

/// Every fault; a refusal that is about no field says why all the same.
fn faults(problem: &Problem) -> Vec<Fault> {
    match problem.errors() {
        [] => vec![Fault::new("", problem.kind().code(), problem.said())],
        faults => faults.to_vec(),
    }
}

impl ImportReport {
    /// Of these rows.
    pub fn new(dry_run: bool, data: Vec<RowReport>) -> Self {
        let count = |outcome| data.iter().filter(|row| row.outcome == outcome).count();
        Self {
            dry_run,
            rows: data.len(),
            accepted: count(Outcome::Accepted),
            replayed: count(Outcome::Replayed),
            refused: count(Outcome::Refused),
            again: count(Outcome::Again),
            data,
        }
    }
}
