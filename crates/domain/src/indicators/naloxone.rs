//! What is counted of naloxone kits.
//!
//! Source: `domain.md` section 4; `cases.md` N1 to N3.

use super::{Counted, Question};
use crate::rows::KitSuppliedRow;
use jiff::civil::Date;

/// Code of `naloxone-use-outcomes`.
const SURVIVED: &str = "survived";
/// Code of `naloxone-use-outcomes`: nobody knows.
const UNKNOWN: &str = "unknown";

fn in_period(on: Date, question: &Question) -> bool {
    question.period.holds(on) && on <= question.as_of
}

pub(super) fn supplied(_: &KitSuppliedRow, on: Date, question: &Question) -> Option<Counted> {
    in_period(on, question).then(|| Counted::settled(true))
}

pub(super) fn at_release(kit: &KitSuppliedRow, on: Date, question: &Question) -> Option<Counted> {
    in_period(on, question).then(|| Counted::settled(kit.at_release))
}

/// Source: `cases.md` N2: on whomever it was used.
pub(super) fn used(kit: &KitSuppliedRow, _: Date, question: &Question) -> Option<Counted> {
    kit.used_on
        .filter(|on| in_period(*on, question))
        .map(|_| Counted::settled(true))
}

pub(super) fn survived(kit: &KitSuppliedRow, on: Date, question: &Question) -> Option<Counted> {
    used(kit, on, question)?;
    let outcome = kit
        .outcome
        .as_ref()
        .filter(|outcome| outcome.as_str() != UNKNOWN)?;
    Some(Counted::settled(outcome.as_str() == SURVIVED))
}

/// The last day of the period or, before it is over, the day asked for.
fn day(question: &Question) -> Date {
    question.period.to.min(question.as_of)
}

/// In the hands of somebody: neither used nor gone.
fn in_hand(kit: &KitSuppliedRow, supplied_on: Date, day: Date) -> bool {
    supplied_on <= day
        && kit.used_on.is_none_or(|used| used > day)
        && !kit
            .absences
            .iter()
            .any(|one| one.from <= day && one.until.is_none_or(|until| day < until))
}

pub(super) fn held(kit: &KitSuppliedRow, on: Date, question: &Question) -> Option<Counted> {
    let day = day(question);
    (in_hand(kit, on, day) && kit.expires_on >= day).then(|| Counted::settled(true))
}

pub(super) fn expired(kit: &KitSuppliedRow, on: Date, question: &Question) -> Option<Counted> {
    let day = day(question);
    in_hand(kit, on, day).then(|| Counted::settled(kit.expires_on < day))
}

pub(super) fn replaced(kit: &KitSuppliedRow, on: Date, question: &Question) -> Option<Counted> {
    used(kit, on, question)?;
    Some(match kit.replaced_on.filter(|on| *on <= question.as_of) {
        Some(_) => Counted::settled(true),
        None => Counted::open(false),
    })
}
