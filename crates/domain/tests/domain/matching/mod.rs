//! Who might be one person: worked pairs with their verdicts, and the laws of the score.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeSet;
use throughcare_domain::code::Code;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::matching::{
    Field, Finding, KeyKind, MOST_KEYS, NameTold, POSSIBLE_FROM, Portrait, Verdict, WEIGHTS, compare, keys,
};

fn name(told: &str) -> NameTold {
    // The last word is the family name; a question mark stands for what is not told.
    let (given, family) = told.rsplit_once(' ').unwrap_or((told, "?"));
    let known = |text: &str| (text != "?").then(|| text.to_owned());
    NameTold {
        given: known(given),
        family: known(family),
    }
}

fn portrait(columns: &[&str]) -> Portrait {
    let [names, born, sex, postcode, identifiers] = columns else {
        panic!("five columns describe somebody");
    };
    let several = |text: &str, by: char| -> Vec<String> {
        text.split(by)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut made = Portrait {
        // "Anne Marie Smith Jones" has two given names and a double family name.
        names: several(names, '|')
            .iter()
            .map(|told| match told.as_str() {
                "Anne Marie Smith Jones" => NameTold {
                    given: Some("Anne Marie".to_owned()),
                    family: Some("Smith Jones".to_owned()),
                },
                told => name(told),
            })
            .collect(),
        births: several(born, '|')
            .iter()
            .map(|text| text.parse().unwrap())
            .collect(),
        sexes: several(sex, '|')
            .iter()
            .filter(|sex| *sex != "not_known")
            .map(|sex| Code::parse(sex).unwrap())
            .collect(),
        postcodes: several(postcode, '|').into_iter().collect(),
        ..Portrait::default()
    };
    for told in several(identifiers, ';') {
        let (kind, value) = told.split_once('=').unwrap();
        let parse = |kind: &str| {
            let kind = IdentifierKind::parse(kind).unwrap();
            (
                kind,
                Identifier::parse(kind, value, 2026).unwrap().value().to_owned(),
            )
        };
        match kind.strip_prefix('-') {
            Some(kind) => made.withdrawn.insert(parse(kind)),
            None => made.identifiers.insert(parse(kind)),
        };
    }
    made
}

fn worked() -> Vec<(String, Portrait, Portrait, Verdict)> {
    let mut rows = csv::Reader::from_reader(include_str!("worked-pairs.csv").as_bytes());
    rows.records()
        .map(|row| {
            let row = row.unwrap();
            let columns: Vec<&str> = row.iter().collect();
            let verdict = match columns[11] {
                "none" => Verdict::None,
                "possible" => Verdict::Possible,
                "certain" => Verdict::Certain,
                other => panic!("{other}"),
            };
            (
                columns[0].to_owned(),
                portrait(&columns[1..6]),
                portrait(&columns[6..11]),
                verdict,
            )
        })
        .collect()
}

#[test]
fn every_worked_pair_has_its_verdict() {
    let pairs = worked();
    assert!(pairs.len() >= 60, "{}", pairs.len());
    let mut wrong = Vec::new();
    for (case, one, other, expected) in &pairs {
        let score = compare(one, other);
        if score.verdict != *expected {
            wrong.push(format!(
                "{case}: {:?} at {} {:?}",
                score.verdict, score.points, score.compared
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for verdict in [Verdict::None, Verdict::Possible, Verdict::Certain] {
        assert!(
            pairs.iter().filter(|pair| pair.3 == verdict).count() >= 5,
            "{verdict:?}"
        );
    }
}

#[test]
fn whoever_is_offered_shares_a_key() {
    for (case, one, other, verdict) in worked() {
        let (a, b): (BTreeSet<_>, BTreeSet<_>) = (
            keys(&one).into_iter().collect(),
            keys(&other).into_iter().collect(),
        );
        if verdict != Verdict::None {
            // A local reference is no key: whoever has no more than that is not found by it.
            assert!(!a.is_disjoint(&b) || case.contains("local"), "{case}");
        }
    }
}

#[test]
fn names_the_wrong_way_round_and_an_identifier_have_keys() {
    let kinds = |names: &str, identifiers: &str| -> BTreeSet<KeyKind> {
        let made = portrait(&[names, "1984-03-07", "male", "ZZ1 1AA", identifiers]);
        keys(&made).into_iter().map(|key| key.kind).collect()
    };
    assert_eq!(kinds("Aaron Ashdown", "crn=X123456").len(), KeyKind::ALL.len());
    assert!(!kinds("Aaron Ashdown", "local=notes:77").contains(&KeyKind::Identifier));
}

#[test]
fn nothing_personal_is_said_in_a_sentence_or_a_debug_line() {
    for (_, one, other, _) in worked() {
        let score = compare(&one, &other);
        let said: String = score.compared.iter().map(|one| one.sentence()).collect();
        let all = format!("{said}{score:?}{one:?}{:?}{:?}", keys(&one), one.names);
        for word in ["Ashdown", "ashdown", "Aaron", "1984", "ZZ1", "9990000018"] {
            assert!(!all.contains(word), "{word}");
        }
    }
}

fn names() -> impl Strategy<Value = NameTold> {
    let given = prop::option::weighted(
        0.9,
        prop::sample::select(vec![
            "Aaron", "Ron", "A", "Bob", "Robert", "Maria", "Marie", "Zoë Ann", "Zoë",
        ]),
    );
    let family = prop::option::weighted(
        0.9,
        prop::sample::select(vec![
            "Ashdown",
            "Ashdow",
            "A",
            "Smith-Jones",
            "Jones",
            "Philips",
            "Fillips",
            "Robert",
        ]),
    );
    (given, family).prop_map(|(given, family)| NameTold {
        given: given.map(str::to_owned),
        family: family.map(str::to_owned),
    })
}

fn births() -> impl Strategy<Value = Date> {
    prop::sample::select(vec![
        date(1984, 3, 7),
        date(1984, 7, 3),
        date(1985, 3, 7),
        date(1984, 1, 1),
        date(1954, 3, 7),
    ])
}

fn anybody() -> impl Strategy<Value = Portrait> {
    let numbers = vec![
        (IdentifierKind::NhsNumber, "9990000018".to_owned()),
        (IdentifierKind::NhsNumber, "9990000026".to_owned()),
        (IdentifierKind::Pnc, "2002/0073319Z".to_owned()),
        (IdentifierKind::PrisonerNumber, "A1234BC".to_owned()),
        (IdentifierKind::Local, "notes:77".to_owned()),
    ];
    (
        prop::collection::btree_set(prop::sample::select(numbers.clone()), 0..3),
        prop::collection::btree_set(prop::sample::select(numbers), 0..2),
        prop::collection::btree_set(names(), 0..4),
        prop::collection::btree_set(births(), 0..3),
        prop::collection::btree_set(prop::sample::select(vec!["male", "female"]), 0..3),
        prop::collection::btree_set(
            prop::sample::select(vec!["ZZ1 1AA", "ZZ1 9BB", "ZZ9 9AA", "none"]),
            0..3,
        ),
    )
        .prop_map(
            |(identifiers, withdrawn, names, births, sexes, postcodes)| Portrait {
                identifiers,
                withdrawn,
                names,
                births,
                sexes: sexes.into_iter().map(|sex| Code::parse(sex).unwrap()).collect(),
                postcodes: postcodes.into_iter().map(str::to_owned).collect(),
                areas: BTreeSet::new(),
            },
        )
}

/// Found by the property below: two told of 1 January are no less the same when one was told of another day, too.
#[test]
fn a_date_with_day_and_month_swapped_does_not_outdo_one_that_both_were_told() {
    let told = |births: &[&str]| Portrait {
        identifiers: BTreeSet::from([(IdentifierKind::Pnc, "2004/0712343H".to_owned())]),
        births: births.iter().map(|born| born.parse().unwrap()).collect(),
        ..Portrait::default()
    };
    let other = told(&["1984-01-01", "1984-03-07"]);
    assert_eq!(compare(&told(&["1984-01-01"]), &other).verdict, Verdict::Certain);
    let more = compare(&told(&["1984-01-01", "1984-07-03"]), &other);
    assert_eq!(more.verdict, Verdict::Certain);
    assert_eq!(
        compare(&told(&["1984-07-03"]), &other).verdict,
        Verdict::Possible,
        "control"
    );
}

proptest! {
    #[test]
    fn it_is_the_same_whoever_is_named_first(one in anybody(), other in anybody()) {
        prop_assert_eq!(compare(&one, &other), compare(&other, &one));
    }

    #[test]
    fn a_further_alias_never_lowers_it(one in anybody(), other in anybody(), alias in names()) {
        let told = |of: &Portrait| of.names.iter().any(|name| name.given.is_some() || name.family.is_some());
        prop_assume!(told(&one) && told(&other));
        let before = compare(&one, &other);
        let mut more = one.clone();
        more.names.insert(alias);
        let after = compare(&more, &other);
        prop_assert!(after.points >= before.points && after.verdict >= before.verdict, "{before:?} {after:?}");
    }

    #[test]
    fn a_further_date_of_birth_never_lowers_it(one in anybody(), other in anybody(), born in births()) {
        prop_assume!(!one.births.is_empty() && !other.births.is_empty());
        let before = compare(&one, &other);
        let mut more = one.clone();
        more.births.insert(born);
        let after = compare(&more, &other);
        prop_assert!(after.points >= before.points && after.verdict >= before.verdict, "{before:?} {after:?}");
    }

    #[test]
    fn the_points_are_what_the_table_says(one in anybody(), other in anybody()) {
        let score = compare(&one, &other);
        for found in &score.compared {
            let listed = WEIGHTS.iter().find(|weight| (weight.field, weight.finding) == (found.field, found.finding));
            prop_assert_eq!(found.points, listed.map_or(0, |weight| weight.points));
            prop_assert!(listed.is_some() || found.finding == Finding::Unknown, "{:?} has no weight", found);
        }
        prop_assert_eq!(score.points, score.compared.iter().map(|one| one.points).sum::<i32>());
        prop_assert!(score.verdict != Verdict::None || score.points < POSSIBLE_FROM);
    }

    #[test]
    fn certain_is_nobody_by_name(one in anybody(), other in anybody()) {
        let (mut one, mut other) = (one, other);
        one.identifiers.retain(|(kind, _)| !kind.is_strong());
        other.identifiers.retain(|(kind, _)| !kind.is_strong());
        prop_assert!(compare(&one, &other).verdict != Verdict::Certain);
    }

    #[test]
    fn without_a_given_name_that_agrees_nobody_is_offered_by_name(one in anybody(), other in anybody()) {
        let score = compare(&one, &other);
        let shared = score.compared.iter().any(|found| matches!(found.field, Field::Identifier(_)) && found.finding == Finding::Equal);
        let agrees = score.compared.iter().any(|found| {
            matches!(found.field, Field::GivenName | Field::Names) && !matches!(found.finding, Finding::Contradicts | Finding::Unknown)
        });
        prop_assert!(shared || agrees || score.verdict == Verdict::None, "{score:?}");
    }

    #[test]
    fn keys_are_few_and_each_once(one in anybody()) {
        let all = keys(&one);
        let once: BTreeSet<_> = all.iter().collect();
        prop_assert!(all.len() <= MOST_KEYS && once.len() == all.len());
    }

    #[test]
    fn whoever_is_offered_with_one_name_and_date_shares_a_key(one in anybody(), other in anybody()) {
        let (a, b): (BTreeSet<_>, BTreeSet<_>) = (keys(&one).into_iter().collect(), keys(&other).into_iter().collect());
        let local = one.identifiers.iter().any(|(kind, _)| *kind == IdentifierKind::Local);
        let offered = !local && compare(&one, &other).verdict != Verdict::None;
        prop_assert!(!offered || !a.is_disjoint(&b));
    }
}
