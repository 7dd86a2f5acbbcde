//! How well people are recognised who were told twice: the thresholds of `throughcare_domain::matching` against a
//! synthetic population with planted errors. Prints what it finds (`--nocapture`).

use crate::dice::{Dice, other_seed_of, seed_of};
use crate::plan::Plan;
use crate::who::Who;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use throughcare_domain::matching::{NameTold, Portrait, Verdict, compare, keys};

/// People.
const PEOPLE: u32 = 2_000;
/// Every so many is told a second time, with an error.
const TWICE: u32 = 5;
/// The seed of the county.
const SEED: u64 = 31;

/// What goes wrong when somebody is told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slip {
    None,
    LetterLost,
    LettersSwapped,
    LetterTwice,
    NamesSwapped,
    DayAndMonth,
    OneDigit,
    MiddleName,
    Capitals,
    Moved,
    NoBirthday,
    NoPlaceAndATypo,
    TypoAndDigit,
}

const SLIPS: &[(Slip, u32)] = &[
    (Slip::None, 10),
    (Slip::LetterLost, 15),
    (Slip::LettersSwapped, 10),
    (Slip::LetterTwice, 10),
    (Slip::NamesSwapped, 5),
    (Slip::DayAndMonth, 10),
    (Slip::OneDigit, 10),
    (Slip::MiddleName, 10),
    (Slip::Capitals, 5),
    (Slip::Moved, 5),
    (Slip::NoBirthday, 5),
    (Slip::NoPlaceAndATypo, 5),
    (Slip::TypoAndDigit, 5),
];

fn portrait(who: &Who) -> Portrait {
    Portrait::told(&who.demographics(), &[], who.residence().as_ref())
}

fn with_name(of: &Portrait, change: impl Fn(String, String) -> (String, String)) -> Portrait {
    let names = of.names.iter().map(|name| {
        let told = |part: &Option<String>| part.clone().unwrap_or_default();
        let (given, family) = change(told(&name.given), told(&name.family));
        NameTold {
            given: Some(given),
            family: Some(family),
        }
    });
    Portrait {
        names: names.collect(),
        ..of.clone()
    }
}

fn with_birth(of: &Portrait, change: impl Fn(Date) -> Date) -> Portrait {
    Portrait {
        births: of.births.iter().map(|born| change(*born)).collect(),
        ..of.clone()
    }
}

fn in_family(of: &Portrait, change: impl Fn(&mut Vec<char>)) -> Portrait {
    with_name(of, |given, family| {
        let mut letters: Vec<char> = family.chars().collect();
        change(&mut letters);
        (given, letters.into_iter().collect())
    })
}

fn one_digit(born: Date) -> Date {
    let year = if born.year() % 10 < 9 {
        born.year() + 1
    } else {
        born.year() - 1
    };
    Date::new(year, born.month(), born.day().min(28)).unwrap_or(born)
}

fn told_again(of: &Portrait, slip: Slip, dice: &mut Dice) -> Portrait {
    // Never the first letter: nobody misses that.
    let at = usize::try_from(dice.number(1..=3)).unwrap_or(1);
    match slip {
        Slip::None => of.clone(),
        Slip::LetterLost => in_family(of, |letters| {
            letters.remove(at);
        }),
        Slip::LettersSwapped => in_family(of, |letters| letters.swap(at, at + 1)),
        Slip::LetterTwice => in_family(of, |letters| letters.insert(at, letters[at])),
        Slip::NamesSwapped => with_name(of, |given, family| (family, given)),
        // A day after the twelfth is no month: nobody swaps it.
        Slip::DayAndMonth => with_birth(of, |born| {
            Date::new(born.year(), born.day(), born.month()).unwrap_or(born)
        }),
        Slip::OneDigit => with_birth(of, one_digit),
        Slip::MiddleName => with_name(of, |given, family| (format!("{given} Jay"), family)),
        Slip::Capitals => with_name(of, |given, family| (given.to_uppercase(), family.to_uppercase())),
        Slip::Moved => Portrait {
            postcodes: BTreeSet::from(["ZZ99 9AA".to_owned()]),
            areas: BTreeSet::new(),
            ..of.clone()
        },
        Slip::NoBirthday => Portrait {
            births: BTreeSet::new(),
            ..of.clone()
        },
        Slip::NoPlaceAndATypo => {
            let told = in_family(of, |letters| letters.swap(at, at + 1));
            Portrait {
                postcodes: BTreeSet::new(),
                areas: BTreeSet::new(),
                ..told
            }
        }
        Slip::TypoAndDigit => with_birth(
            &in_family(of, |letters| letters.insert(at, letters[at])),
            one_digit,
        ),
    }
}

/// Pairs that are offered, found as the store finds them: by keys, those that many share passed over.
fn offered(people: &[Portrait]) -> BTreeSet<(usize, usize)> {
    let mut sharing: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (number, person) in people.iter().enumerate() {
        for key in keys(person) {
            sharing.entry(key).or_default().push(number);
        }
    }
    let pairs: BTreeSet<(usize, usize)> = sharing
        .values()
        .filter(|some| some.len() <= 200)
        .flat_map(|some| some.iter().flat_map(move |a| some.iter().map(move |b| (*a, *b))))
        .filter(|(a, b)| a < b)
        .collect();
    let is_offered = |(a, b): &(usize, usize)| compare(&people[*a], &people[*b]).verdict != Verdict::None;
    pairs.into_iter().filter(is_offered).collect()
}

#[test]
fn people_told_twice_are_recognised_and_few_others_are_offered() {
    let plan = Plan::three_years(SEED, PEOPLE, date(2026, 3, 1));
    let mut people: Vec<Portrait> = (0..PEOPLE)
        .map(|number| portrait(&Who::draw(number, &plan, &mut Dice::new(seed_of(SEED, number)))))
        .collect();
    let alone = offered(&people);
    let mut planted = BTreeMap::new();
    for number in (0..PEOPLE).step_by(TWICE as usize) {
        let mut dice = Dice::new(other_seed_of(SEED, number));
        let slip = dice.weighted(SLIPS);
        let first = number as usize;
        let again = told_again(&people[first], slip, &mut dice);
        planted.insert((first, people.len()), slip);
        people.push(again);
    }
    let found = offered(&people);
    let right = planted.keys().filter(|pair| found.contains(pair)).count();
    let recall = 100 * right / planted.len();
    let precision = 100 * right / found.len();
    println!(
        "{PEOPLE} people, each once: {} pairs offered, all of them wrong",
        alone.len()
    );
    println!(
        "{} told again: {right} recognised (recall {recall} %), {} pairs offered (precision {precision} %)",
        planted.len(),
        found.len()
    );
    let mut by_slip: BTreeMap<Slip, (usize, usize)> = BTreeMap::new();
    for (pair, slip) in &planted {
        let (told, seen) = by_slip.entry(*slip).or_default();
        *told += 1;
        *seen += usize::from(found.contains(pair));
    }
    for (slip, (told, seen)) in &by_slip {
        println!("  {slip:?}: {seen} of {told}");
    }
    // A list that is mostly wrong is read by nobody, and one in a hundred people is what a person can look through.
    assert!(recall >= 90, "recall {recall} %");
    assert!(precision >= 80, "precision {precision} %");
    assert!(
        alone.len() * 100 <= people.len(),
        "{} of people told once",
        alone.len()
    );
}
