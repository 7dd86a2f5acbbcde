//! Young people: what is counted of those under 18, and of those who come of age in treatment.
//!
//! Source: `domain.md` section 3 ("YP measures"), section 8, papers 002 and 004.

use super::Counted;
use super::journeys::{self, Seen};
use crate::fact::{ExitOutcome, ServiceKind};
use jiff::civil::Date;

/// Under 18 on a day; nobody is of whom no date of birth is known.
fn minor(seen: &Seen<'_>, on: Date) -> bool {
    seen.turns_adult_on().is_some_and(|adult| on < adult)
}

pub(super) fn in_treatment(seen: &Seen<'_>) -> Option<Counted> {
    journeys::in_treatment(seen).filter(|_| minor(seen, seen.question().period.from))
}

pub(super) fn planned(seen: &Seen<'_>) -> Option<Counted> {
    let on = seen.treated_and_ended()?;
    let outcome = seen.outcome().filter(|_| minor(seen, on))?;
    let planned = outcome == ExitOutcome::SuccessfulCompletion;
    (outcome != ExitOutcome::Death).then(|| Counted::settled(planned))
}

pub(super) fn represented(seen: &Seen<'_>) -> Option<Counted> {
    let on = seen.treated_and_ended()?;
    journeys::represented(seen).filter(|_| minor(seen, on))
}

/// Of those who came of age in a young people's service, and were not done with treatment, those whom a service for
/// adults took on in the same journey: a gap of more than 21 days is a loss.
pub(super) fn transition(seen: &Seen<'_>) -> Option<Counted> {
    let question = seen.question();
    let adult = seen
        .turns_adult_on()
        .filter(|day| question.period.holds(*day) && *day <= question.as_of)?;
    let young = seen
        .spells()
        .iter()
        .filter(|spell| spell.kind == ServiceKind::YoungPeople);
    let there = young.filter(|spell| {
        spell.structured_on.is_some_and(|on| on <= adult)
            && spell.exit.as_ref().is_none_or(|exit| exit.on >= adult)
    });
    let last = there.max_by_key(|spell| spell.opened_on)?;
    let mut spells = seen.spells().iter();
    let taken_over = spells.any(|spell| {
        spell.kind != ServiceKind::YoungPeople
            && spell.kind.treats_in_community()
            && spell.exit.as_ref().is_none_or(|exit| exit.on >= adult)
    });
    match (taken_over, last.exit.as_ref().map(|exit| exit.outcome)) {
        (true, _) => Some(Counted::settled(true)),
        // Young people's services go on with some for a while.
        (false, None) => Some(Counted::open(false)),
        (false, Some(ExitOutcome::SuccessfulCompletion | ExitOutcome::Death)) => None,
        (false, Some(_)) => Some(match seen.chain_is_over(last.exit.as_ref()?.on) {
            true => Counted::settled(false),
            false => Counted::open(false),
        }),
    }
}
