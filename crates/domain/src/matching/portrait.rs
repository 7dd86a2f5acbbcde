//! A description of somebody, as far as it is compared.

use crate::code::{AreaCode, Code};
use crate::command::{Demographics, ResidenceTold};
use crate::identifier::{Identifier, IdentifierKind};
use crate::state::IdentityState;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Most names of one description that are compared, the last told: each is compared with each of the other.
pub const MOST_NAMES: usize = 32;

/// A name as it was told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameTold {
    /// Given name or names.
    pub given: Option<String>,
    /// Family name.
    pub family: Option<String>,
}

impl std::fmt::Debug for NameTold {
    /// Never prints what it holds: debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameTold(sealed)")
    }
}

/// What is known of somebody that tells whether a second description is of the same person. Names, dates and residences
/// told before stand beside those told last: an alias or a false date was told once and may be again.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Portrait {
    /// Identifiers, in canonical form.
    pub identifiers: BTreeSet<(IdentifierKind, String)>,
    /// Identifiers that turned out not to be this person's.
    pub withdrawn: BTreeSet<(IdentifierKind, String)>,
    /// Names and aliases.
    pub names: BTreeSet<NameTold>,
    /// Dates of birth.
    pub births: BTreeSet<Date>,
    /// Codes of `sexes` that say one.
    pub sexes: BTreeSet<Code>,
    /// Postcodes.
    pub postcodes: BTreeSet<String>,
    /// Authorities of residence.
    pub areas: BTreeSet<AreaCode>,
}

impl std::fmt::Debug for Portrait {
    /// Never prints what it holds: debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Portrait(sealed)")
    }
}

/// Codes of `sexes` that leave it open; they say nothing for or against.
const NO_SEX: [&str; 2] = ["not_known", "not_specified"];

fn says_one(sex: &Code) -> bool {
    !NO_SEX.contains(&sex.as_str())
}

impl Portrait {
    /// What a record knows.
    pub fn of(identity: &IdentityState) -> Self {
        let mut portrait = Self {
            births: identity.dates_of_birth.iter().copied().collect(),
            sexes: identity
                .sexes
                .iter()
                .filter(|sex| says_one(sex))
                .cloned()
                .collect(),
            ..Self::default()
        };
        for known in &identity.identifiers {
            let Some(value) = known.value.clone() else {
                continue;
            };
            let of = match known.withdrawn {
                None => &mut portrait.identifiers,
                Some(_) => &mut portrait.withdrawn,
            };
            of.insert((known.kind, value));
        }
        // What was withdrawn and recorded again is held.
        let Self {
            identifiers,
            withdrawn,
            ..
        } = &mut portrait;
        withdrawn.retain(|one| !identifiers.contains(one));
        for names in identity.names.iter().rev() {
            if portrait.names.len() == MOST_NAMES {
                break;
            }
            portrait.names.insert(NameTold {
                given: names.given.clone(),
                family: names.family.clone(),
            });
        }
        for residence in &identity.residences {
            portrait.postcodes.extend(residence.postcode.clone());
            portrait.areas.extend(residence.area.clone());
        }
        portrait
    }

    /// What somebody else tells of a person.
    pub fn told(
        demographics: &Demographics,
        identifiers: &[Identifier],
        residence: Option<&ResidenceTold>,
    ) -> Self {
        let names = &demographics.names;
        let named = names.given.is_some() || names.family.is_some();
        Self {
            identifiers: identifiers
                .iter()
                .map(|one| (one.kind(), one.value().to_owned()))
                .collect(),
            withdrawn: BTreeSet::new(),
            names: named
                .then(|| NameTold {
                    given: names.given.clone(),
                    family: names.family.clone(),
                })
                .into_iter()
                .collect(),
            births: demographics.date_of_birth.into_iter().collect(),
            sexes: demographics
                .sex
                .iter()
                .filter(|sex| says_one(sex))
                .cloned()
                .collect(),
            postcodes: residence
                .and_then(|told| told.postcode.clone())
                .into_iter()
                .collect(),
            areas: residence.and_then(|told| told.area.clone()).into_iter().collect(),
        }
    }
}
