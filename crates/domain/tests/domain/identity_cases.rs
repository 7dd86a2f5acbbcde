//! Identity: cases I1 and I2.

use crate::story::{PRISON_CARE, Story, day};
use throughcare_domain::command::{Command, Demographics, NamesTold, PersonTold, ResidenceTold};
use throughcare_domain::fact::Contradicted;
use throughcare_domain::identifier::{Identifier, IdentifierKind};

#[test]
fn i1_an_nhs_number_of_ones_passes_the_check_digit_and_is_refused() {
    let refusal = Identifier::parse(IdentifierKind::NhsNumber, "1111111111", 2026).unwrap_err();
    assert!(
        !refusal.to_string().contains("1111111111"),
        "a refusal never repeats the number: {refusal}"
    );
    // The check itself lets through what it should.
    assert!(Identifier::parse(IdentifierKind::NhsNumber, "999 000 0018", 2026).is_ok());
}

#[test]
fn i1_an_identifier_is_recorded_once_and_taken_back_once() {
    let mut story = Story::of_an_adult();
    let number = Identifier::parse(IdentifierKind::NhsNumber, "999 000 0018", 2026).unwrap();
    let recorded_by = story
        .staff("2025-02-01", Command::RecordIdentifier(number.clone()))
        .drafts[0]
        .id;
    let again = Command::RecordIdentifier(number.clone());
    assert_eq!(
        story.refused(PRISON_CARE, "2025-02-02", again.clone()),
        ["already_recorded"]
    );
    story.staff("2025-03-01", Command::WithdrawIdentifier { recorded_by });
    assert_eq!(
        story.refused(
            PRISON_CARE,
            "2025-03-02",
            Command::WithdrawIdentifier { recorded_by }
        ),
        ["identifier_not_held"]
    );
    assert_eq!(story.state().identity.current_identifiers().count(), 0);
    story.staff("2025-03-03", again);
    assert_eq!(story.state().identity.current_identifiers().count(), 1);
}

#[test]
fn i2_two_people_with_the_same_initials_birth_and_sex_are_two_people() {
    let register = |given: &str, family: &str| {
        let names = NamesTold {
            given: Some(given.into()),
            family: Some(family.into()),
        };
        let sex = Some(crate::story::code("female"));
        let demographics = Demographics {
            names,
            date_of_birth: Some(day("1988-02-29")),
            sex,
            ethnicity: None,
        };
        let mut story = Story::untold();
        story.staff(
            "2025-01-01",
            Command::Register {
                demographics,
                identifiers: Vec::new(),
                residence: None,
            },
        );
        story
    };
    // Both are registered without refusal, each with a history of their own.
    let (first, second) = (register("Jane", "Smith"), register("Joan", "Sykes"));
    for story in [&first, &second] {
        assert_eq!(story.state().identity.date_of_birth, Some(day("1988-02-29")));
        assert_eq!(story.state().identity.names.len(), 1);
        assert!(story.state().conflicts.is_empty());
    }
    assert_ne!(
        first.state().identity.names[0].given,
        second.state().identity.names[0].given
    );
}

fn told(given: &str, family: &str, born: &str) -> PersonTold {
    PersonTold {
        demographics: Demographics {
            names: NamesTold {
                given: Some(given.into()),
                family: Some(family.into()),
            },
            date_of_birth: Some(day(born)),
            sex: Some(crate::story::code("male")),
            ethnicity: None,
        },
        identifiers: vec![Identifier::parse(IdentifierKind::NhsNumber, "999 000 0018", 2026).unwrap()],
        residence: None,
    }
}

#[test]
fn what_a_sender_tells_is_added_and_changes_nothing_that_the_record_says() {
    let mut story = Story::untold();
    let PersonTold {
        demographics,
        identifiers,
        ..
    } = told("Aaron", "Ashdown", "1984-03-07");
    story.staff(
        "2025-02-01",
        Command::Register {
            demographics,
            identifiers,
            residence: None,
        },
    );
    // The same again, spelled in capitals, is nothing new.
    let again = story.staff(
        "2025-02-02",
        Command::TellOf(told("AARON", "ash-down", "1984-03-07")),
    );
    assert!(again.drafts.is_empty(), "{:?}", again.drafts.len());
    // An alias, a false date, and where he lives.
    let mut alias = told("Dean", "Marsden", "1979-11-02");
    alias.residence = Some(ResidenceTold {
        no_fixed_abode: true,
        ..ResidenceTold::default()
    });
    assert_eq!(
        story
            .staff("2025-02-03", Command::TellOf(alias.clone()))
            .drafts
            .len(),
        2
    );
    let state = story.state();
    let identity = &state.identity;
    assert_eq!(identity.date_of_birth, Some(day("1984-03-07")));
    assert_eq!(identity.dates_of_birth, [day("1984-03-07"), day("1979-11-02")]);
    let families: Vec<_> = identity
        .names
        .iter()
        .filter_map(|name| name.family.as_deref())
        .collect();
    assert_eq!(families, ["Marsden", "Ashdown"], "the last is current");
    assert!(identity.residences.last().unwrap().no_fixed_abode);
    assert_eq!(identity.current_identifiers().count(), 1);
    // Told a second time it is known.
    assert!(
        story
            .staff("2025-02-04", Command::TellOf(alias))
            .drafts
            .is_empty()
    );
}

#[test]
fn what_a_sender_tells_completes_what_is_missing() {
    let mut story = Story::untold();
    story.staff(
        "2025-02-01",
        Command::Register {
            demographics: Demographics::default(),
            identifiers: Vec::new(),
            residence: None,
        },
    );
    story.staff(
        "2025-02-02",
        Command::TellOf(told("Aaron", "Ashdown", "1984-03-07")),
    );
    let state = story.state();
    assert_eq!(state.identity.date_of_birth, Some(day("1984-03-07")));
    assert_eq!(state.identity.names.len(), 1);
    assert_eq!(state.identity.current_identifiers().count(), 1);
}

/// What contradicts is recorded as any alias, refused to nobody, and says what it contradicts; what is only another form
/// says nothing.
#[test]
fn what_a_sender_tells_that_contradicts_the_record_says_so_once_and_is_refused_to_nobody() {
    let registered = || {
        let mut story = Story::untold();
        let PersonTold {
            demographics,
            identifiers,
            ..
        } = told("Robert", "Ashdown", "1984-03-07");
        let register = Command::Register {
            demographics,
            identifiers,
            residence: None,
        };
        story.staff("2025-02-01", register);
        story
    };
    let sex = |of: &str, mut told: PersonTold| {
        told.demographics.sex = Some(crate::story::code(of));
        told
    };
    for (what, tells, expected) in [
        ("a form of the name", told("Bob", "Ashdown", "1984-03-07"), vec![]),
        ("a married name", told("Robert", "Marsden", "1984-03-07"), vec![]),
        (
            "no sex told",
            sex("not_known", told("Bob", "Ashdown", "1984-03-07")),
            vec![],
        ),
        (
            "another name",
            told("Dean", "Ashdown", "1984-03-07"),
            vec![Contradicted::GivenName],
        ),
        (
            "one digit of the date",
            told("Robert", "Ashdown", "1984-03-17"),
            vec![Contradicted::DateOfBirth],
        ),
        (
            "another sex",
            sex("female", told("Robert", "Ashdown", "1984-03-07")),
            vec![Contradicted::Sex],
        ),
        (
            "everything",
            sex("female", told("Dean", "Marsden", "1979-11-02")),
            Contradicted::ALL.to_vec(),
        ),
    ] {
        let mut story = registered();
        story.staff("2025-02-02", Command::TellOf(tells.clone()));
        let state = story.state();
        let unsettled: Vec<_> = state.identity.unsettled().map(|one| one.what.clone()).collect();
        let found: Vec<_> = (!expected.is_empty()).then_some(expected).into_iter().collect();
        assert_eq!(unsettled, found, "{what}");
        assert!(state.conflicts.is_empty(), "{what}");
        // Told again it is known, and flagged no second time.
        assert!(
            story
                .staff("2025-02-03", Command::TellOf(tells))
                .drafts
                .is_empty()
        );
        // Whoever has the person says again who they are, as before or otherwise.
        let says = told("Robert", "Ashdown", "1984-03-07").demographics;
        story.staff("2025-02-04", Command::CorrectDemographics(says));
        assert_eq!(story.state().identity.unsettled().count(), 0, "{what}");
    }
}
