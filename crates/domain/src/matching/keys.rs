//! Keys by which records that might be one person's find each other. Two descriptions that score as possible share one,
//! whichever of them was told wrongly, unless a name lost both its first letter and its sound beside a wrong date of
//! birth. What shares a key is compared; the key itself says nothing.

use super::name::{Folded, FullName, sounds};
use super::place;
use super::portrait::Portrait;
use std::collections::BTreeSet;

/// Most keys of one description, in their order: who told so many names is found by the first of them.
pub const MOST_KEYS: usize = 96;

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// A strong identifier: a record of which another holds the same number.
    Identifier,
    /// Date of birth, and the first letter of either name: names that were changed, misspelled or swapped.
    BirthAndInitial,
    /// How both names sound: a date of birth that is wrong or missing.
    WholeName,
    /// How the family name sounds, and the year of birth: an alias of the given name, another day.
    FamilyAndYear,
    /// How the family name sounds, and day and month of birth: a form of the given name, another year.
    FamilyAndDay,
    /// Both first letters, and the year of birth: a slip in the family name, another day.
    InitialsAndYear,
    /// Both first letters, and day and month of birth: a slip in the family name, another year.
    InitialsAndDay,
    /// The postcode's sector and the date of birth: another name at the same place.
    PlaceAndBirth,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Identifier,
        Self::BirthAndInitial,
        Self::WholeName,
        Self::FamilyAndYear,
        Self::FamilyAndDay,
        Self::InitialsAndYear,
        Self::InitialsAndDay,
        Self::PlaceAndBirth,
    ];

    /// Its name in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::BirthAndInitial => "birth_and_initial",
            Self::WholeName => "whole_name",
            Self::FamilyAndYear => "family_and_year",
            Self::FamilyAndDay => "family_and_day",
            Self::InitialsAndYear => "initials_and_year",
            Self::InitialsAndDay => "initials_and_day",
            Self::PlaceAndBirth => "place_and_birth",
        }
    }
}

/// A key in clear: for the blind index alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey {
    /// What it is made of.
    pub kind: KeyKind,
    /// Its value.
    pub value: String,
}

impl std::fmt::Debug for MatchKey {
    /// Never prints what it holds: debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MatchKey({})", self.kind.as_str())
    }
}

/// The keys of a description, each once.
pub fn keys(portrait: &Portrait) -> Vec<MatchKey> {
    let mut found = BTreeSet::new();
    let mut key = |kind, value: String| found.insert(MatchKey { kind, value });
    for (kind, value) in &portrait.identifiers {
        if kind.is_strong() {
            key(KeyKind::Identifier, format!("{}:{value}", kind.as_str()));
        }
    }
    for name in portrait.names.iter().filter_map(FullName::of) {
        let parts = [name.given.as_ref(), name.family.as_ref()];
        for (part, born) in pairs(parts.into_iter().flatten(), portrait) {
            key(KeyKind::BirthAndInitial, format!("{born}:{}", part.initial()));
        }
        for (family, born) in pairs(name.family.as_ref().into_iter(), portrait) {
            for sound in heard(family) {
                key(KeyKind::FamilyAndYear, format!("{sound}:{}", born.year()));
                key(
                    KeyKind::FamilyAndDay,
                    format!("{sound}:{}-{}", born.month(), born.day()),
                );
            }
        }
        let (Some(given), Some(family)) = (&name.given, &name.family) else {
            continue;
        };
        // Whichever way round they were told.
        let initials = in_order(given.initial(), family.initial());
        for born in &portrait.births {
            key(KeyKind::InitialsAndYear, format!("{initials}:{}", born.year()));
            key(
                KeyKind::InitialsAndDay,
                format!("{initials}:{}-{}", born.month(), born.day()),
            );
        }
        let families = heard(family);
        for given in heard(given) {
            for family in &families {
                key(KeyKind::WholeName, in_order(&given, family));
            }
        }
    }
    for postcode in place::postcodes(portrait) {
        for born in &portrait.births {
            key(
                KeyKind::PlaceAndBirth,
                format!("{}:{born}", place::sector(&postcode)),
            );
        }
    }
    found.into_iter().take(MOST_KEYS).collect()
}

fn pairs<'a>(
    parts: impl Iterator<Item = &'a Folded>,
    portrait: &'a Portrait,
) -> impl Iterator<Item = (&'a Folded, jiff::civil::Date)> {
    parts.flat_map(|part| portrait.births.iter().map(move |born| (part, *born)))
}

fn in_order(one: &str, other: &str) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

/// How a name sounds, and each of its words; as it is spelled when it is too short to have a sound of its own.
fn heard(name: &Folded) -> BTreeSet<String> {
    let heard = |word: &String| {
        let sounds = sounds(word);
        match sounds.is_empty() {
            true => BTreeSet::from([word.clone()]),
            false => sounds,
        }
    };
    name.words.iter().chain([&name.joined]).flat_map(heard).collect()
}
