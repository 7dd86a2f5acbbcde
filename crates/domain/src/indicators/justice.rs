//! What is counted of tests on arrest, of the assessments they lead to, and of requirements and conditions.
//!
//! Source: `domain.md` 5.1 and 5.2; `cases.md` J1, J2.

use super::{Counted, Question};
use crate::fact::AssessmentKind;
use crate::rows::{AssessmentImposedRow, ConditionRow, ConditionSource, TestedRow};
use jiff::civil::Date;

/// Codes of `drug-test-drugs`.
const COCAINE: &str = "cocaine";
const OPIATES: &str = "opiates";
/// Code of `assessment-lapse-reasons`: the assessor says that no follow-up is needed.
const NOT_NEEDED: &str = "not_needed";
/// Codes of `requirement-end-reasons`.
const COMPLETED: &str = "completed";
const NO_OUTCOME: [&str; 2] = ["transferred", "died"];
/// Codes of `resolution-outcomes`.
const MET: &str = "met";
const WITHDRAWN: &str = "withdrawn";

fn in_period(on: Date, question: &Question) -> bool {
    question.period.holds(on) && on <= question.as_of
}

/// Tests of which there is a sample: one refused, or never taken, found nothing and is counted nowhere here.
pub(super) fn tested(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    (in_period(on, question) && test.sampled).then(|| Counted::settled(true))
}

pub(super) fn positive(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    found(test, on, question, |test| !test.found.is_empty())
}

fn found(
    test: &TestedRow,
    on: Date,
    question: &Question,
    is: impl Fn(&TestedRow) -> bool,
) -> Option<Counted> {
    tested(test, on, question).map(|_| Counted::settled(is(test)))
}

fn has(test: &TestedRow, drug: &str) -> bool {
    test.found.iter().any(|one| one.as_str() == drug)
}

/// With other drugs or without: the one reading of `cases.md` J1.
pub(super) fn cocaine(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    found(test, on, question, |test| has(test, COCAINE))
}

/// Without other drugs: the other reading.
pub(super) fn cocaine_alone(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    found(test, on, question, |test| {
        has(test, COCAINE) && test.found.len() == 1
    })
}

pub(super) fn opiates(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    found(test, on, question, |test| has(test, OPIATES))
}

pub(super) fn opiates_alone(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    found(test, on, question, |test| {
        has(test, OPIATES) && test.found.len() == 1
    })
}

pub(super) fn cocaine_and_opiates(test: &TestedRow, on: Date, question: &Question) -> Option<Counted> {
    found(test, on, question, |test| {
        has(test, COCAINE) && has(test, OPIATES)
    })
}

pub(super) fn imposed(_: &AssessmentImposedRow, on: Date, question: &Question) -> Option<Counted> {
    in_period(on, question).then(|| Counted::settled(true))
}

/// One that lapsed is no duty any more and is left out; one that goes on is provisional.
pub(super) fn attended(one: &AssessmentImposedRow, on: Date, question: &Question) -> Option<Counted> {
    let by = |day: Option<Date>| day.is_some_and(|day| day <= question.as_of);
    if !in_period(on, question) || (by(one.lapsed_on) && !by(one.attended_on)) {
        return None;
    }
    Some(match (by(one.attended_on), by(one.missed_on)) {
        (true, _) => Counted::settled(true),
        // Another day may be told yet, but so far the person did not come.
        (false, _) => Counted::open(false),
    })
}

/// Source: `cases.md` J2.
pub(super) fn follow_up_not_needed(
    one: &AssessmentImposedRow,
    on: Date,
    question: &Question,
) -> Option<Counted> {
    if one.kind != AssessmentKind::FollowUp || !in_period(on, question) {
        return None;
    }
    let by = |day: Option<Date>| day.is_some_and(|day| day <= question.as_of);
    let lapsed = by(one.lapsed_on)
        && one
            .lapse_reason
            .as_ref()
            .is_some_and(|why| why.as_str() == NOT_NEEDED);
    Some(match lapsed || by(one.attended_on) || by(one.lapsed_on) {
        true => Counted::settled(lapsed),
        false => Counted::open(false),
    })
}

pub(super) fn requirement_completed(one: &ConditionRow, _: Date, question: &Question) -> Option<Counted> {
    ended(
        one,
        question,
        ConditionSource::Requirement,
        COMPLETED,
        &NO_OUTCOME,
    )
}

pub(super) fn conditions_met(one: &ConditionRow, _: Date, question: &Question) -> Option<Counted> {
    ended(one, question, ConditionSource::Resolution, MET, &[WITHDRAWN])
}

fn ended(
    one: &ConditionRow,
    question: &Question,
    of: ConditionSource,
    good: &str,
    left_out: &[&str],
) -> Option<Counted> {
    let (on, how) = (one.ended_on?, one.outcome.as_ref()?.as_str());
    let counts = one.set_by == of && in_period(on, question) && !left_out.contains(&how);
    counts.then(|| Counted::settled(how == good))
}
