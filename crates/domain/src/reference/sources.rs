//! The groups of referral sources by which referrals are counted.

use super::{CodeList, ReferenceData};
use crate::code::Code;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The group of police custody, courts, probation, prisons and their schemes.
const CRIMINAL_JUSTICE: &str = "criminal_justice";

/// Read once from the list that comes with the program, as `prescribing` does and for its reasons.
static GROUPS: LazyLock<HashMap<Code, String>> = LazyLock::new(|| {
    let data = ReferenceData::bundled();
    let entries = data
        .list("referral-sources")
        .map(CodeList::entries)
        .unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((entry.code.clone(), entry.attribute("reporting_group")?.to_owned())))
        .collect()
});

/// The group of a code of `referral-sources`; `None` for one that the list never had.
///
/// Source: `domain.md` 1.4 (referral sources, reporting groups).
pub fn referral_group(source: &Code) -> Option<&'static str> {
    GROUPS.get(source).map(String::as_str)
}

/// True for a referral by police, courts, probation, prisons, or one of their schemes.
pub fn is_criminal_justice(source: &Code) -> bool {
    referral_group(source) == Some(CRIMINAL_JUSTICE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrest_referral_is_criminal_justice_and_a_doctors_is_not() {
        let of = |code: &str| referral_group(&Code::parse(code).unwrap());
        assert_eq!(of("arrest_referral"), Some("criminal_justice"));
        assert_eq!(of("gp"), Some("health_social_care"));
        assert_eq!(of("never-heard-of"), None);
    }
}
