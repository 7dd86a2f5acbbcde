//! Drug tests on arrest, and the assessments that are required after a positive one: what a test found may serve
//! bail, sentence, and advice and treatment, and nothing else.
//!
//! They are shown to the organisation that recorded them; to workers of organisations that treat the person or were
//! asked to (an open episode, or a referral on which nobody was triaged yet); and to workers of the organisation
//! whose service carries a required assessment out, with the test on which it rests. An assessment is required after
//! a positive test alone, so whoever may not know the one may not know the other.
//!
//! Sources: `domain.md` 5.1 (PACE 1984 s. 63B, Drugs Act 2005 s. 15); `trust.md`, "Purpose".

use crate::code::OrganisationCode;
use crate::event::{RecordedEvent, Role};
use crate::fact::Fact;
use crate::history::History;
use crate::id::{AssessmentId, DrugTestId, EventId};
use crate::state::{PersonState, ReferralStatus};
use std::collections::HashSet;

/// True for what the purpose limit is about.
pub(super) fn is_limited(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::DrugTested(_)
            | Fact::AssessmentRequired(_)
            | Fact::AssessmentAttended(_)
            | Fact::AssessmentMissed(_)
            | Fact::AssessmentLapsed(_)
    )
}

/// The events that the purpose limit is about.
pub(super) fn limited(history: &History) -> impl Iterator<Item = &RecordedEvent> {
    let events = history.events().iter();
    events.filter(|event| event.fact().is_some_and(is_limited))
}

/// True when workers of the organisation see every test: it treats the person, or was asked to and has not triaged.
fn advises(state: &PersonState, organisation: &OrganisationCode, role: Role) -> bool {
    let asked = || {
        state.referrals.iter().any(|one| {
            matches!(one.status(), ReferralStatus::Received | ReferralStatus::Accepted)
                && state.responsible(&one.to_service, &one.to_organisation) == organisation
        })
    };
    super::treats(state, organisation, role) || (role.gives_care() && asked())
}

/// Adds what does not exist for the caller.
pub(super) fn hide(
    history: &History,
    organisation: &OrganisationCode,
    role: Role,
    hidden: &mut HashSet<EventId>,
) {
    let state = history.now();
    if limited(history).next().is_none() || advises(state, organisation, role) {
        return;
    }
    let own = |event: &RecordedEvent| event.envelope.actor.organisation == *organisation;
    let mut assessments: HashSet<AssessmentId> = HashSet::new();
    let mut tests: HashSet<DrugTestId> = HashSet::new();
    for event in limited(history) {
        if let Some(Fact::AssessmentRequired(f)) = event.fact() {
            let assesses =
                role.gives_care() && state.responsible(&f.service, &f.organisation) == organisation;
            if assesses {
                tests.extend(f.test);
            }
            if assesses || own(event) {
                assessments.insert(f.assessment);
            }
        }
    }
    for event in limited(history) {
        let shown = match event.fact() {
            Some(Fact::DrugTested(f)) => own(event) || tests.contains(&f.test),
            Some(Fact::AssessmentRequired(f)) => assessments.contains(&f.assessment),
            Some(Fact::AssessmentAttended(f)) => assessments.contains(&f.assessment),
            Some(Fact::AssessmentMissed(f)) => assessments.contains(&f.assessment),
            Some(Fact::AssessmentLapsed(f)) => assessments.contains(&f.assessment),
            _ => true,
        };
        if !shown {
            hidden.insert(event.envelope.id);
        }
    }
}

#[cfg(test)]
mod tests;
