//! Which interventions are prescriptions, which medicines stand in for opioids, and which substances are opiates.
//!
//! The fold and the lists ask again and again, without a code list at hand, what a code of `interventions` or
//! `substances` means. Both are read once from the lists that come with the program: such codes are national and keep
//! their meaning. A fact of this system stores what its code meant instead.
//!
//! Source: `domain.md` 1.4 (MODAL, DRUG1 to 3).

use super::{CodeList, ReferenceData};
use crate::code::Code;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The list of medicines that carry a person over a transfer.
pub const BRIDGING_MEDICINES: &str = "bridging-medicines";

/// The list of what interventions consist of.
pub const INTERVENTION_COMPONENTS: &str = "intervention-components";

static PHARMACOLOGICAL: LazyLock<HashSet<Code>> =
    LazyLock::new(|| bundled_with("interventions", "pharmacological", "yes"));
static OPIATES: LazyLock<HashSet<Code>> = LazyLock::new(|| bundled_with("substances", "family", "opiate"));

fn bundled_with(list: &str, attribute: &str, value: &str) -> HashSet<Code> {
    let data = ReferenceData::bundled();
    let entries = data.list(list).map(CodeList::entries).unwrap_or_default();
    let with = entries
        .iter()
        .filter(|entry| entry.attribute(attribute) == Some(value));
    with.map(|entry| entry.code.clone()).collect()
}

/// True for a code of `interventions` under which medicines are prescribed.
pub fn is_pharmacological(code: &Code) -> bool {
    PHARMACOLOGICAL.contains(code)
}

/// True for a code of `substances` that is an opiate.
pub fn is_opiate(code: &Code) -> bool {
    OPIATES.contains(code)
}

/// True for a code of `bridging-medicines` that stands in for opioids. One that the list never had does not.
pub fn is_opioid_substitution(data: &ReferenceData, code: &str) -> bool {
    let entry = data.list(BRIDGING_MEDICINES).and_then(|list| list.ever(code));
    entry.and_then(|entry| entry.attribute("opioid")) == Some("yes")
}

/// The code of `interventions` to which a component belongs; `None` for one that the list never had.
pub fn intervention_of<'a>(data: &'a ReferenceData, component: &str) -> Option<&'a str> {
    let list = data.list(INTERVENTION_COMPONENTS)?;
    list.ever(component)?.attribute("intervention")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    #[test]
    fn prescriptions_are_94_and_their_older_forms() {
        for (text, prescribed) in [
            ("94", true),
            ("2", true),
            ("3", true),
            ("95", false),
            ("96", false),
            ("76", false),
            ("nobody_knows", false),
        ] {
            assert_eq!(is_pharmacological(&code(text)), prescribed, "{text}");
        }
    }

    #[test]
    fn heroin_and_methadone_are_opiates_and_barbiturates_are_not() {
        assert!(is_opiate(&code("1011")) && is_opiate(&code("1105")));
        assert!(!is_opiate(&code("2100")) && !is_opiate(&code("9")));
    }

    #[test]
    fn methadone_stands_in_for_opioids_and_a_benzodiazepine_does_not() {
        let data = ReferenceData::bundled();
        assert!(is_opioid_substitution(&data, "methadone"));
        assert!(!is_opioid_substitution(&data, "benzodiazepine_reduction"));
        assert!(!is_opioid_substitution(&data, "nobody_knows"));
    }

    #[test]
    fn every_component_belongs_to_an_intervention_of_the_list() {
        let data = ReferenceData::bundled();
        for entry in data.list(INTERVENTION_COMPONENTS).unwrap().entries() {
            let of = intervention_of(&data, entry.code.as_str()).unwrap();
            assert!(
                data.list("interventions").unwrap().ever(of).is_some(),
                "{}",
                entry.code
            );
        }
        assert_eq!(intervention_of(&data, "PHMAIN"), Some("94"));
        assert_eq!(intervention_of(&data, "PSYOTHR"), Some("95"));
        assert_eq!(intervention_of(&data, "NOBODY"), None);
    }
}
