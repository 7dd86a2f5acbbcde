//! The groups of substances by which treatment is counted.

use super::{CodeList, ReferenceData};
use crate::code::Code;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The group to which somebody in treatment belongs, by all substances that were named.
///
/// Source: the national statistics' four groups (known of the field); `domain.md` 1.4 (DRUG1 to 3) and section 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubstanceGroup {
    /// An opiate is among them, whatever else is.
    Opiate,
    /// Neither opiates nor alcohol.
    NonOpiate,
    /// Alcohol and something else, but no opiate.
    NonOpiateAndAlcohol,
    /// Alcohol alone.
    Alcohol,
    /// None was named.
    #[default]
    Unknown,
}

impl SubstanceGroup {
    /// Every group.
    pub const ALL: [Self; 5] = [
        Self::Opiate,
        Self::NonOpiate,
        Self::NonOpiateAndAlcohol,
        Self::Alcohol,
        Self::Unknown,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opiate => "opiate",
            Self::NonOpiate => "non_opiate",
            Self::NonOpiateAndAlcohol => "non_opiate_and_alcohol",
            Self::Alcohol => "alcohol",
            Self::Unknown => "unknown",
        }
    }

    /// The group of somebody with these codes of `substances`. A code that the list never had counts as something that
    /// is neither an opiate nor alcohol: it was named.
    pub fn of<'a>(codes: impl IntoIterator<Item = &'a Code>) -> Self {
        let (mut opiate, mut alcohol, mut other) = (false, false, false);
        for code in codes {
            match FAMILIES.get(code).map(String::as_str) {
                Some("opiate") => opiate = true,
                Some("alcohol") => alcohol = true,
                _ => other = true,
            }
        }
        match (opiate, alcohol, other) {
            (true, ..) => Self::Opiate,
            (false, true, true) => Self::NonOpiateAndAlcohol,
            (false, true, false) => Self::Alcohol,
            (false, false, true) => Self::NonOpiate,
            (false, false, false) => Self::Unknown,
        }
    }
}

/// Read once from the list that comes with the program, as `prescribing` does and for its reasons.
static FAMILIES: LazyLock<HashMap<Code, String>> = LazyLock::new(|| {
    let data = ReferenceData::bundled();
    let entries = data.list("substances").map(CodeList::entries).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((entry.code.clone(), entry.attribute("family")?.to_owned())))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn group(codes: &[&str]) -> &'static str {
        let codes: Vec<_> = codes.iter().map(|code| Code::parse(code).unwrap()).collect();
        SubstanceGroup::of(&codes).as_str()
    }

    #[test]
    fn an_opiate_outweighs_the_rest() {
        assert_eq!(group(&["7000", "3201", "1011"]), "opiate");
        assert_eq!(group(&["7000", "3201"]), "non_opiate_and_alcohol");
        assert_eq!(group(&["7000"]), "alcohol");
        assert_eq!(group(&["5000"]), "non_opiate");
        assert_eq!(group(&["4242"]), "non_opiate");
        assert_eq!(group(&[]), "unknown");
    }
}
