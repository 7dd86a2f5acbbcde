//! Identifiers: those that one person has alone speak first.

use super::portrait::Portrait;
use super::weights::Finding;
use crate::identifier::IdentifierKind;
use std::collections::BTreeSet;

/// Kinds of which one person has one, so that a second one contradicts the first. Source: `domain.md` 5.4, which says of
/// prisoner numbers alone that a person can hold several; that probation's case references are joined now and then is
/// known of the field.
const ONE_EACH: [IdentifierKind; 3] = [
    IdentifierKind::NhsNumber,
    IdentifierKind::Pnc,
    IdentifierKind::Cro,
];

/// True when two values of the kind make two people, until somebody shows that one is wrong.
pub(super) fn one_each(kind: IdentifierKind) -> bool {
    ONE_EACH.contains(&kind)
}

/// What the identifiers of a kind say.
pub(super) fn compare(kind: IdentifierKind, one: &Portrait, other: &Portrait) -> Finding {
    let (a, b) = (values(&one.identifiers, kind), values(&other.identifiers, kind));
    if !a.is_disjoint(&b) {
        return Finding::Equal;
    }
    if a.is_empty() || b.is_empty() {
        return Finding::Unknown;
    }
    let taken_back = |held: &BTreeSet<&str>, by: &Portrait| !held.is_disjoint(&values(&by.withdrawn, kind));
    if taken_back(&a, other) || taken_back(&b, one) {
        return Finding::Replaced;
    }
    // Another reference in another system, or another of one system, is no other person.
    match kind {
        IdentifierKind::Local => Finding::Unknown,
        _ => Finding::Contradicts,
    }
}

fn values(of: &BTreeSet<(IdentifierKind, String)>, kind: IdentifierKind) -> BTreeSet<&str> {
    of.iter()
        .filter(|(other, _)| *other == kind)
        .map(|(_, value)| value.as_str())
        .collect()
}
