//! What stands for each scope of consent on a day.

use crate::fact::{SHARE_WITH_ORGANISATION, Scope};
use crate::reference::ReferenceData;
use crate::state::{Consent, ConsentAnswer, PersonState};
use jiff::civil::Date;

/// What the person said last about a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StandingAnswer {
    /// They agreed.
    Given,
    /// They refused.
    Refused,
    /// They withdrew it.
    Withdrawn,
    /// Nobody asked them.
    NeverAsked,
}

impl StandingAnswer {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::NeverAsked => "never_asked",
        }
    }
}

/// A scope, with what stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The scope.
    pub scope: Scope,
    /// What they said last.
    pub answer: StandingAnswer,
    /// That answer; absent when nobody asked.
    pub consent: Option<&'a Consent>,
}

/// What stands for each scope on a day: first every scope of the list, asked about or not, in the list's order; then
/// each organisation about which the person was asked, and scopes that no list explains.
pub fn standing<'a>(state: &'a PersonState, reference: &ReferenceData, day: Date) -> Vec<Standing<'a>> {
    let entries = reference.list("sharing-scopes").map(|list| list.entries());
    let mut scopes: Vec<Scope> = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.in_force(day) && entry.code.as_str() != SHARE_WITH_ORGANISATION)
        .map(|entry| Scope {
            code: entry.code.clone(),
            with: None,
        })
        .collect();
    for consent in &state.sharing.consents {
        if consent.at.date() <= day && !scopes.contains(&consent.scope) {
            scopes.push(consent.scope.clone());
        }
    }
    let last = |scope: Scope| {
        let consent = state.sharing.consent(&scope, day);
        let answer = consent.map_or(StandingAnswer::NeverAsked, |one| match one.answer {
            ConsentAnswer::Given => StandingAnswer::Given,
            ConsentAnswer::Refused => StandingAnswer::Refused,
            ConsentAnswer::Withdrawn => StandingAnswer::Withdrawn,
        });
        Standing {
            scope,
            answer,
            consent,
        }
    };
    scopes.into_iter().map(last).collect()
}
