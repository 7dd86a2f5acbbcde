//! Of whom a line is, as far as figures are broken down by it.
//!
//! Source: issue 8 ("cohorts, needs and funding tags as breakdowns"). That everything counts which held on some day of
//! what is counted is our reading: a need is often found only after the first triage.

use crate::code::Code;
use crate::rows::Whom;
use crate::state::PersonState;
use jiff::{ToSpan as _, civil::Date};
use std::collections::BTreeSet;

/// As it was on one day.
pub(crate) fn whom_on(state: &PersonState, day: Date) -> Whom {
    whom_while(state, day, Some(day))
}

/// As it was on some day from the first to the last, both included; without an end, on any later day.
pub(super) fn whom_while(state: &PersonState, from: Date, to: Option<Date>) -> Whom {
    // What holds until the day before `until` holds on some of these days.
    let held = |since: Date, until: Option<Date>| {
        to.is_none_or(|to| since <= to) && until.is_none_or(|until| until > from && until > since)
    };
    let codes = |found: &mut dyn Iterator<Item = &Code>| -> Vec<Code> {
        let once: BTreeSet<&Code> = found.collect();
        once.into_iter().cloned().collect()
    };
    let cohorts = state.justice.cohorts.iter();
    let needs = state.needs.iter().filter(|one| !one.restricted);
    let tags = state.tags.iter();
    Whom {
        turns_adult_on: state
            .identity
            .date_of_birth
            .and_then(|born| born.checked_add(18.years()).ok()),
        sex: state.identity.sex.clone(),
        cohorts: codes(
            &mut cohorts
                .filter(|one| held(one.joined.date(), one.left.as_ref().map(|(at, _)| at.date())))
                .map(|one| &one.cohort),
        ),
        needs: codes(
            &mut needs
                .filter(|one| held(one.raised.date(), one.cleared_on()))
                .map(|one| &one.code),
        ),
        tags: codes(
            &mut tags
                .filter(|one| held(one.added.date(), one.ends_on()))
                .map(|one| &one.code),
        ),
    }
}
