//! What somebody contradicts who tells of a person that a record is certain to be of.

use super::portrait::Portrait;
use super::score::compare;
use super::weights::{Field, Finding};
use crate::command::Demographics;
use crate::fact::Contradicted;
use crate::state::IdentityState;

/// What of what is told rules out what a record says. A family name is changed by marriage, and a form of a given name
/// is the same name: neither is a contradiction (own reading). A date of birth with one digit wrong is one, for somebody
/// has to find out which it is.
pub fn contradictions(identity: &IdentityState, told: &Demographics) -> Vec<Contradicted> {
    let score = compare(&Portrait::of(identity), &Portrait::told(told, &[], None));
    let found = score
        .compared
        .iter()
        .filter_map(|one| match (one.field, one.finding) {
            (Field::GivenName, Finding::Contradicts) => Some(Contradicted::GivenName),
            (Field::DateOfBirth, Finding::Equal | Finding::EqualByDefault | Finding::Unknown) => None,
            (Field::DateOfBirth, _) => Some(Contradicted::DateOfBirth),
            (Field::Sex, Finding::Contradicts) => Some(Contradicted::Sex),
            _ => None,
        });
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found.dedup();
    found
}
