//! Continuity of care at the other gates: out of police custody, out of court, and into prison.
//!
//! Source: `domain.md` section 2 ("Same pattern applies to police custody→community, court→community and
//! community→prison"). That the window is the 21 days of releases is our reading.

use super::{Counted, Question};
use crate::continuity::MARKS;
use crate::rows::{PassageRow, PassageTo};
use crate::when::days_between;
use jiff::civil::Date;

/// Days in which care is to be taken up.
const WINDOW: i32 = MARKS[MARKS.len() - 1];

fn taken_up(one: &PassageRow, on: Date, question: &Question, to: PassageTo) -> Option<Counted> {
    // Whoever is treated already when met in custody has nothing to take up; into prison treatment is what has to go on.
    let asked = match to {
        PassageTo::Prison => one.in_treatment,
        PassageTo::FromPoliceCustody | PassageTo::FromCourt => !one.in_treatment,
    };
    if one.to != to || !asked || !question.period.holds(on) || on > question.as_of {
        return None;
    }
    Some(match one.taken_up_on.filter(|day| *day <= question.as_of) {
        Some(day) => Counted::settled(days_between(on, day) <= WINDOW),
        None if days_between(on, question.as_of) >= WINDOW => Counted::settled(false),
        None => Counted::open(false),
    })
}

pub(super) fn from_police_custody(one: &PassageRow, on: Date, question: &Question) -> Option<Counted> {
    taken_up(one, on, question, PassageTo::FromPoliceCustody)
}

pub(super) fn from_court(one: &PassageRow, on: Date, question: &Question) -> Option<Counted> {
    taken_up(one, on, question, PassageTo::FromCourt)
}

pub(super) fn into_prison(one: &PassageRow, on: Date, question: &Question) -> Option<Counted> {
    taken_up(one, on, question, PassageTo::Prison)
}
