//! Where people live. A different place says nothing: people who use these services move often.

use super::portrait::Portrait;
use super::weights::Finding;
use std::collections::BTreeSet;

/// A postcode without spaces, in capitals; nothing when it cannot be one. Source: our own reading of the form: two to
/// four characters, then a digit and two letters.
pub(super) fn postcode(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let inward = plain.len().checked_sub(3).map(|at| plain.as_bytes()[at]);
    ((5..=7).contains(&plain.len()) && inward.is_some_and(|digit| digit.is_ascii_digit())).then_some(plain)
}

/// The first part of a postcode.
pub(super) fn district(postcode: &str) -> &str {
    &postcode[..postcode.len().saturating_sub(3)]
}

/// The first part and the digit: some 3,000 addresses.
pub(super) fn sector(postcode: &str) -> &str {
    &postcode[..postcode.len().saturating_sub(2)]
}

pub(super) fn postcodes(of: &Portrait) -> BTreeSet<String> {
    of.postcodes.iter().filter_map(|text| postcode(text)).collect()
}

pub(super) fn compare(one: &Portrait, other: &Portrait) -> Finding {
    let (a, b) = (postcodes(one), postcodes(other));
    let districts = |of: &BTreeSet<String>| {
        of.iter()
            .map(|one| district(one).to_owned())
            .collect::<BTreeSet<_>>()
    };
    if !a.is_disjoint(&b) {
        Finding::Equal
    } else if !districts(&a).is_disjoint(&districts(&b)) {
        Finding::SameDistrict
    } else if !one.areas.is_disjoint(&other.areas) {
        Finding::SameArea
    } else if (a.is_empty() || b.is_empty()) && (one.areas.is_empty() || other.areas.is_empty()) {
        Finding::Unknown
    } else {
        Finding::Contradicts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_is_read_however_it_is_spaced() {
        assert_eq!(postcode(" zz1 2ab").as_deref(), Some("ZZ12AB"));
        assert_eq!(postcode("ZZ12AB").as_deref(), Some("ZZ12AB"));
        assert_eq!((district("ZZ12AB"), sector("ZZ12AB")), ("ZZ1", "ZZ12"));
        for none in ["", "ZZ1", "none", "é", "ZZ99 99ZZ9"] {
            assert_eq!(postcode(none), None, "{none}");
        }
    }
}
