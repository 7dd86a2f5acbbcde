//! Names: case, accents, hyphens and spaces never count; then spelling, sound, forms, and the wrong way round.

use super::forename::{Forms, forms};
use super::portrait::NameTold;
use super::weights::{Field, Finding, points};
use deunicode::deunicode;
use rphonetic::DoubleMetaphone;
use std::collections::BTreeSet;
use strsim::osa_distance;

/// Most letters of a name that are compared; a name is at most 100 characters when it is told, and some scripts need
/// several letters for one.
const MOST_LETTERS: usize = 120;

/// Letters of a code by sound. Longer ones add endings, by which nothing is recognised.
const SOUND_LETTERS: usize = 6;

/// Fewest letters in which one slip is no other name: Hall and Hill are two names.
const ONE_SLIP_FROM: usize = 5;

/// Fewest letters in which two slips are no other name.
const TWO_SLIPS_FROM: usize = 8;

/// Fewest letters of a code by which two names sound the same: Lee, Law and Lowe are all L.
const SOUND_FROM: usize = 2;

/// A name in plain letters.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Folded {
    /// Its words.
    pub words: Vec<String>,
    /// Without spaces.
    pub joined: String,
}

impl Folded {
    /// Small letters a to z, in words; `None` when nothing is left.
    pub fn of(text: &str) -> Option<Self> {
        let mut words = vec![String::new()];
        let mut letters = 0;
        for letter in deunicode(text).chars() {
            if letters == MOST_LETTERS {
                break;
            }
            match letter {
                letter if letter.is_ascii_alphabetic() => {
                    letters += 1;
                    if let Some(word) = words.last_mut() {
                        word.push(letter.to_ascii_lowercase());
                    }
                }
                '\'' | '`' | '.' => {}
                _ => words.push(String::new()),
            }
        }
        words.retain(|word| !word.is_empty());
        let joined = words.concat();
        (!joined.is_empty()).then_some(Self { words, joined })
    }

    /// Its first letter.
    pub fn initial(&self) -> &str {
        &self.joined[..1]
    }

    fn is_initial(&self) -> bool {
        self.joined.len() == 1
    }
}

/// True when two names are the same but for case, accents, hyphens and spaces.
pub fn same(one: &str, other: &str) -> bool {
    match (Folded::of(one), Folded::of(other)) {
        (Some(one), Some(other)) => one.joined == other.joined,
        _ => one.trim() == other.trim(),
    }
}

/// How a name sounds, in one or two codes.
pub(super) fn sounds(name: &str) -> BTreeSet<String> {
    let codes = DoubleMetaphone::new(Some(SOUND_LETTERS)).double_metaphone(name);
    [codes.primary(), codes.alternate()]
        .into_iter()
        .filter(|code| code.len() >= SOUND_FROM)
        .collect()
}

/// One name of somebody, folded.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct FullName {
    pub given: Option<Folded>,
    pub family: Option<Folded>,
}

impl FullName {
    /// `None` when nothing is told.
    pub fn of(told: &NameTold) -> Option<Self> {
        let name = Self {
            given: told.given.as_deref().and_then(Folded::of),
            family: told.family.as_deref().and_then(Folded::of),
        };
        (name.given.is_some() || name.family.is_some()).then_some(name)
    }
}

/// What the best pair of names says. Somebody without a name is told from nobody: such people are not matched by the rest
/// (`domain.md`, section 6, "Anonymous clients").
pub(super) fn compare(one: &[FullName], other: &[FullName]) -> Vec<(Field, Finding)> {
    let total = |found: &Vec<(Field, Finding)>| -> i32 {
        found
            .iter()
            .map(|(field, finding)| points(*field, *finding))
            .sum()
    };
    one.iter()
        .flat_map(|a| other.iter().map(move |b| two(a, b)))
        .max_by_key(|found| (total(found), found.clone()))
        .unwrap_or_else(|| {
            vec![
                (Field::FamilyName, Finding::Unknown),
                (Field::GivenName, Finding::Unknown),
            ]
        })
}

fn two(a: &FullName, b: &FullName) -> Vec<(Field, Finding)> {
    let family = both(a.family.as_ref(), b.family.as_ref(), family);
    let given = both(a.given.as_ref(), b.given.as_ref(), given);
    let straight = points(Field::FamilyName, family) + points(Field::GivenName, given);
    if swapped(a, b) && straight < points(Field::Names, Finding::Swapped) {
        return vec![(Field::Names, Finding::Swapped)];
    }
    vec![(Field::FamilyName, family), (Field::GivenName, given)]
}

fn both(a: Option<&Folded>, b: Option<&Folded>, compare: fn(&Folded, &Folded) -> Finding) -> Finding {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Finding::Unknown,
    }
}

fn swapped(a: &FullName, b: &FullName) -> bool {
    let (Some(given), Some(family)) = (&a.given, &a.family) else {
        return false;
    };
    let crossed = |x: Option<&Folded>, y: &Folded| x.is_some_and(|x| x.joined == y.joined && !y.is_initial());
    crossed(b.family.as_ref(), given) && crossed(b.given.as_ref(), family)
}

fn near(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    match osa_distance(a, b) {
        0 | 1 => shorter >= ONE_SLIP_FROM,
        2 => shorter >= TWO_SLIPS_FROM,
        _ => false,
    }
}

fn sounds_alike(a: &str, b: &str) -> bool {
    !sounds(a).is_disjoint(&sounds(b))
}

fn family(a: &Folded, b: &Folded) -> Finding {
    if a.is_initial() || b.is_initial() {
        return match a.initial() == b.initial() {
            true => Finding::Initial,
            false => Finding::Contradicts,
        };
    }
    let part = || {
        let several = a.words.len() > 1 || b.words.len() > 1;
        several
            && a.words
                .iter()
                .any(|word| word.len() > 2 && b.words.contains(word))
    };
    if a.joined == b.joined {
        Finding::Equal
    } else if near(&a.joined, &b.joined) {
        Finding::Near
    } else if part() {
        Finding::PartOf
    } else if sounds_alike(&a.joined, &b.joined) {
        Finding::Phonetic
    } else {
        Finding::Contradicts
    }
}

/// Each name of whoever has fewer must be found with the other: John Michael and John Peter are two, John and John
/// Peter may be one.
fn given(a: &Folded, b: &Folded) -> Finding {
    if a.joined == b.joined && !a.is_initial() {
        return Finding::Equal;
    }
    let rank = |finding: &Finding| (points(Field::GivenName, *finding), *finding);
    let within = |fewer: &Folded, more: &Folded| {
        let found = fewer.words.iter().map(|word| {
            let all = more.words.iter().map(|other| given_word(word, other));
            all.max_by_key(rank).unwrap_or(Finding::Contradicts)
        });
        found.min_by_key(rank).unwrap_or(Finding::Contradicts)
    };
    let words = match a.words.len().cmp(&b.words.len()) {
        std::cmp::Ordering::Less => within(a, b),
        std::cmp::Ordering::Greater => within(b, a),
        std::cmp::Ordering::Equal => within(a, b).min(within(b, a)),
    };
    let several = a.words.len() != b.words.len();
    if words == Finding::Contradicts {
        // Annemarie and Anne-Mary are told apart by their words alone.
        return match several && near(&a.joined, &b.joined) {
            true => Finding::Near,
            false => Finding::Contradicts,
        };
    }
    match several {
        true => [words, Finding::PartOf]
            .into_iter()
            .min_by_key(rank)
            .unwrap_or(words),
        false => words,
    }
}

fn given_word(a: &str, b: &str) -> Finding {
    if a.len() == 1 || b.len() == 1 {
        return match a[..1] == b[..1] {
            true => Finding::Initial,
            false => Finding::Contradicts,
        };
    }
    if a == b {
        return Finding::Equal;
    }
    match forms(a, b) {
        Forms::OfOne => Finding::Nickname,
        Forms::OfTwo => Finding::Contradicts,
        Forms::NotListed if near(a, b) => Finding::Near,
        Forms::NotListed if sounds_alike(a, b) => Finding::Phonetic,
        Forms::NotListed => Finding::Contradicts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> Folded {
        Folded::of(text).unwrap()
    }

    #[test]
    fn case_accents_and_marks_never_count() {
        for (one, other) in [
            ("O'Brien", "OBRIEN"),
            ("O’Brien", "o brien"),
            ("Łukasz", "lukasz"),
            ("José", "JOSE"),
            ("Smith-Jones", "smith jones"),
            ("Müller", "Muller"),
            (" St. John ", "st john"),
        ] {
            assert_eq!(folded(one).joined, folded(other).joined, "{one}");
        }
        for nothing in ["", " ", "-", "'", "123", "\u{200b}"] {
            assert!(Folded::of(nothing).is_none(), "{nothing:?}");
        }
    }

    #[test]
    fn family_names() {
        for (a, b, expected) in [
            ("Thornhill", "Thornhil", Finding::Near),
            ("Raventhorpe", "Ravntorpe", Finding::Near),
            ("Smith-Jones", "Jones", Finding::PartOf),
            ("Philips", "Fillips", Finding::Phonetic),
            ("Khan", "Kahn", Finding::Phonetic),
            ("Hall", "Hill", Finding::Phonetic),
            ("Hall", "Ball", Finding::Contradicts),
            ("Lee", "Lowe", Finding::Contradicts),
            ("S", "Smith", Finding::Initial),
            ("S", "Jones", Finding::Contradicts),
        ] {
            assert_eq!(family(&folded(a), &folded(b)), expected, "{a} {b}");
            assert_eq!(family(&folded(b), &folded(a)), expected, "{a} {b}");
        }
    }

    #[test]
    fn given_names() {
        for (a, b, expected) in [
            ("Bob", "Robert", Finding::Nickname),
            ("Maria", "Marie", Finding::Contradicts),
            ("Callum", "Calum", Finding::Nickname),
            ("Ryszard", "Ryszad", Finding::Near),
            ("Kathrynn", "Cathrynn", Finding::Near),
            ("John", "John Paul", Finding::PartOf),
            ("Paul", "John Paul", Finding::PartOf),
            ("John Michael", "John Peter", Finding::Contradicts),
            ("John M", "John Michael", Finding::Initial),
            ("Anne-Marie", "Anne Marie", Finding::Equal),
            ("Annmarie", "Anne Marie", Finding::Near),
            ("J", "John", Finding::Initial),
            ("J", "J", Finding::Initial),
            ("J", "Kevin", Finding::Contradicts),
        ] {
            assert_eq!(given(&folded(a), &folded(b)), expected, "{a} {b}");
            assert_eq!(given(&folded(b), &folded(a)), expected, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_folded_sounded_and_compared(a in "\\PC{0,100}", b in "\\PC{0,100}") {
            if let (Some(a), Some(b)) = (Folded::of(&a), Folded::of(&b)) {
                prop_assert!(a.joined.len() <= MOST_LETTERS && a.joined.bytes().all(|x| x.is_ascii_lowercase()));
                prop_assert_eq!(family(&a, &b), family(&b, &a));
                prop_assert_eq!(given(&a, &b), given(&b, &a));
            }
        }
    }
}
