//! Tests on arrest, required assessments, requirements and conditions.
//!
//! A test's line is of no service and no organisation: the database gives it to whoever adds up everybody's, and to
//! nobody else, so that what was found stays with those who may know it ([`crate::restricted`]).
//!
//! Source: `domain.md` 5.1, 5.2; `cases.md` J1, J2.

use super::whom_on;
use crate::code::OrganisationCode;
use crate::rows::{
    AssessmentImposedRow, ConditionRow, ConditionSource, Row, RowDetail, RowKind, TestedRow, area_on,
};
use crate::state::PersonState;
use jiff::civil::Date;
use uuid::Uuid;

/// Codes of `drug-test-results` that come from a sample.
const FROM_A_SAMPLE: [&str; 2] = [crate::fact::POSITIVE, "negative"];

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for test in &state.justice.tests {
        let sampled = |code: &str| FROM_A_SAMPLE.contains(&code);
        let facts = TestedRow {
            whom: whom_on(state, test.at.date()),
            trigger: test.trigger.clone(),
            sampled: test.results.iter().any(|one| sampled(one.result.as_str())),
            found: test
                .results
                .iter()
                .filter(|one| one.is_positive())
                .map(|one| one.drug.clone())
                .collect(),
        };
        let detail = RowDetail::Tested(Box::new(facts));
        rows.push(line(
            state,
            RowKind::TestOnArrest,
            test.id.0,
            test.at.date(),
            None,
            detail,
        ));
    }
    for one in &state.justice.assessments {
        let facts = AssessmentImposedRow {
            whom: whom_on(state, one.imposed.date()),
            kind: one.kind,
            attended_on: one.attended.map(|at| at.date()),
            missed_on: one.missed.first().map(|(at, _)| at.date()),
            lapsed_on: one.lapsed.as_ref().map(|(at, _)| at.date()),
            lapse_reason: one.lapsed.as_ref().map(|(_, why)| why.clone()),
        };
        let detail = RowDetail::Imposed(Box::new(facts));
        let of = Some(&one.organisation);
        let on = one.imposed.date();
        rows.push(Row {
            service: Some(one.service.clone()),
            ..line(state, RowKind::AssessmentImposed, one.id.0, on, of, detail)
        });
    }
    for one in &state.justice.requirements {
        let facts = ConditionRow {
            whom: whom_on(state, one.imposed.date()),
            set_by: ConditionSource::Requirement,
            kind: one.kind.clone(),
            ended_on: one.ended.as_ref().map(|(at, _)| at.date()),
            outcome: one.ended.as_ref().map(|(_, how)| how.clone()),
        };
        let (on, of) = (one.imposed.date(), Some(&one.organisation));
        let detail = RowDetail::Condition(Box::new(facts));
        rows.push(line(state, RowKind::ConditionSet, one.id.0, on, of, detail));
    }
    for one in &state.justice.resolutions {
        let facts = ConditionRow {
            whom: whom_on(state, one.at.date()),
            set_by: ConditionSource::Resolution,
            kind: one.kind.clone(),
            ended_on: one.concluded.as_ref().map(|(at, _)| at.date()),
            outcome: one.concluded.as_ref().map(|(_, how)| how.clone()),
        };
        let (on, of) = (one.at.date(), Some(&one.organisation));
        let detail = RowDetail::Condition(Box::new(facts));
        rows.push(line(state, RowKind::ConditionSet, one.id.0, on, of, detail));
    }
}

fn line(
    state: &PersonState,
    kind: RowKind,
    id: Uuid,
    on: Date,
    of: Option<&OrganisationCode>,
    detail: RowDetail,
) -> Row {
    Row {
        kind,
        id,
        service: None,
        organisation: of.cloned(),
        prison: None,
        area: area_on(state, on),
        opened_on: on,
        closed_on: None,
        primary: true,
        detail,
    }
}
