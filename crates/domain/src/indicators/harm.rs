//! What is counted of overdoses and deaths.
//!
//! Source: `domain.md` section 7; `cases.md` D1 (a report that was mistaken was none).

use super::{Counted, Question};
use crate::harm::Known;
use crate::rows::HarmRow;
use jiff::civil::Date;

pub(super) fn told(harm: &HarmRow, on: Date, question: &Question) -> Option<Counted> {
    let rejected = harm.rejected_on.is_some_and(|on| on <= question.as_of);
    let counts = question.period.holds(on) && on <= question.as_of && !rejected;
    counts.then(|| Counted::settled(true))
}

pub(super) fn in_treatment(harm: &HarmRow, on: Date, question: &Question) -> Option<Counted> {
    told(harm, on, question)?;
    Some(Counted::settled(harm.known == Known::Now.as_str()))
}

pub(super) fn related(harm: &HarmRow, on: Date, question: &Question) -> Option<Counted> {
    told(harm, on, question)?;
    let concluded = |day: Option<Date>| day.is_some_and(|on| on <= question.as_of);
    Some(match (concluded(harm.related_on), concluded(harm.unrelated_on)) {
        (true, _) => Counted::settled(true),
        (false, true) => Counted::settled(false),
        (false, false) => Counted::open(false),
    })
}

pub(super) fn not_known(harm: &HarmRow, on: Date, question: &Question) -> Option<Counted> {
    told(harm, on, question)?;
    let known = [Known::Now, Known::Recently].map(Known::as_str);
    Some(Counted::settled(!known.contains(&harm.known.as_str())))
}

pub(super) fn after_release(harm: &HarmRow, on: Date, question: &Question) -> Option<Counted> {
    told(harm, on, question).filter(|_| harm.after_release)
}

pub(super) fn after_treatment(harm: &HarmRow, on: Date, question: &Question) -> Option<Counted> {
    told(harm, on, question).filter(|_| harm.after_treatment)
}
