use super::*;
use crate::command::Direction;
use crate::reference::CustodyEffect;
use CustodyEffect::*;

fn event(event_type: &str, facts: &[(&str, &str)]) -> Event {
    Event {
        event_type: event_type.to_owned(),
        version: 1,
        occurred_at: "2026-03-01T14:05:00Z".parse().unwrap(),
        published_at: None,
        facts: facts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        identifiers: vec![("NOMS".to_owned(), "A1234BC".to_owned())],
    }
}

fn meaning(event_type: &str, facts: &[(&str, &str)]) -> Meaning {
    understand(&event(event_type, facts), &ReferenceData::bundled())
}

/// A movement out (`released`) or in (`received`), with its published reason and its code.
fn told(way: &str, reason: &str, code: Option<&str>) -> Told {
    let mut facts = vec![
        ("nomsNumber", "A1234BC"),
        ("prisonId", "MDI"),
        ("currentLocation", "X"),
    ];
    if !reason.is_empty() {
        facts.push(("reason", reason));
    }
    facts.extend(code.map(|code| ("nomisMovementReasonCode", code)));
    match meaning(&format!("prison-offender-events.prisoner.{way}"), &facts) {
        Meaning::Movement(told) => told,
        other => panic!("{other:?}"),
    }
}

fn effect(way: &str, reason: &str, code: Option<&str>) -> CustodyEffect {
    told(way, reason, code).effect
}

/// The naive trap of `domain.md` 5.3: whatever leaves under `REL` is published as RELEASED.
#[test]
fn what_is_published_as_released_is_what_its_code_says() {
    for (codes, expected) in [
        (&["CR", "BL", "AR", "HR", "SC", "D3"][..], Community),
        (&["DEC"], Died),
        (&["ESCP", "UAL", "UAL_ECL"], AtLarge),
        (&["DE", "DD", "DL", "RE", "EX"], Abroad),
        (&["99"], NotARelease),
        (&["QQ"], Unknown),
    ] {
        for code in codes {
            let told = told("released", "RELEASED", Some(code));
            assert_eq!(told.effect, expected, "{code}");
            assert_eq!(told.movement.movement_type.as_str(), "REL");
            assert_eq!(told.movement.reason.as_str(), *code);
            assert!(told.flags.is_empty(), "{code}: {:?}", told.flags);
        }
    }
    for code in ["HO", "HQ"] {
        assert_eq!(
            effect("released", "RELEASED_TO_HOSPITAL", Some(code)),
            HospitalRestricted
        );
    }
    assert_eq!(effect("released", "RELEASED_TO_HOSPITAL", Some("HP")), Hospital);
}

#[test]
fn court_temporary_absence_and_transfer_are_no_release() {
    for (reason, code, expected) in [
        ("SENT_TO_COURT", "CRT", CourtOut),
        ("SENT_TO_COURT", "19", CourtOut),
        ("TEMPORARY_ABSENCE_RELEASE", "RDR", TemporaryAbsenceOut),
        ("TEMPORARY_ABSENCE_RELEASE", "C5", TemporaryAbsenceOut),
        ("TRANSFERRED", "NOTR", Transfer),
        ("TRANSFERRED", "PROD", Transfer),
    ] {
        for code in [Some(code), None] {
            let told = told("released", reason, code);
            assert_eq!(told.effect, expected, "{reason} {code:?}");
            assert_eq!(told.movement.direction, Direction::Out);
            assert_eq!(told.flags.is_empty(), code.is_some());
        }
    }
}

#[test]
fn receptions_start_a_stay_go_on_with_one_or_are_a_recall() {
    for (reason, code, expected) in [
        ("ADMISSION", Some("N"), Reception { recall: false }),
        ("ADMISSION", Some("V"), Reception { recall: false }),
        ("ADMISSION", Some("L"), Reception { recall: true }),
        ("READMISSION", Some("B"), Reception { recall: true }),
        ("RECALL", None, Reception { recall: true }),
        ("REMAND", None, Reception { recall: false }),
        ("RETURN_FROM_COURT", Some("CRT"), CourtReturn),
        ("RETURN_FROM_COURT", None, CourtReturn),
        ("TEMPORARY_ABSENCE_RETURN", Some("RDR"), TemporaryAbsenceReturn),
        ("TRANSFERRED", Some("INT"), TransferIn),
        ("TRANSFERRED", Some("TRNCRT"), TransferIn),
        ("TRANSFERRED", Some("NOTR"), TransferIn),
        ("TRANSFERRED", None, TransferIn),
    ] {
        assert_eq!(effect("received", reason, code), expected, "{reason} {code:?}");
    }
    // As everywhere, an admission for a reason that no list has is one.
    let told = told("received", "ADMISSION", Some("24"));
    assert_eq!(
        (told.effect, told.movement.movement_type.as_str()),
        (Unknown, "ADM")
    );
}

#[test]
fn the_code_wins_over_the_reason_and_what_contradicts_is_flagged() {
    for (way, reason, code, expected) in [
        ("released", "SENT_TO_COURT", "CR", Community),
        ("released", "TRANSFERRED", "DEC", Died),
        ("released", "RELEASED", "HO", HospitalRestricted),
        ("released", "RELEASED_TO_HOSPITAL", "CR", Community),
        ("received", "RETURN_FROM_COURT", "N", Reception { recall: false }),
        ("received", "ADMISSION", "INT", TransferIn),
        ("received", "TRANSFERRED", "L", Reception { recall: true }),
    ] {
        let told = told(way, reason, Some(code));
        assert_eq!(told.effect, expected, "{reason} {code}");
        assert_eq!(told.flags, ["reason_contradicts_code"], "{reason} {code}");
    }
}

#[test]
fn without_a_code_a_release_is_possible_and_what_nobody_explains_is_a_work_item() {
    assert_eq!(effect("released", "RELEASED", None), Unknown);
    assert_eq!(
        effect("released", "RELEASED_TO_HOSPITAL", None),
        HospitalRestricted
    );
    for (way, reason, code) in [
        ("released", "UNKNOWN", None),
        ("released", "", None),
        ("received", "SOMETHING_NEW", Some("ZZ")),
    ] {
        let told = told(way, reason, code);
        assert_eq!(told.effect, Unknown, "{way} {reason}");
        assert_eq!(told.movement.movement_type.as_str(), "UNKNOWN");
        assert!(told.flags.contains(&"reason_unknown"));
    }
    // The code alone is enough.
    assert_eq!(effect("released", "", Some("BL")), Community);
}

#[test]
fn the_prison_is_the_one_named_and_no_pseudo_agency() {
    assert_eq!(
        told("released", "RELEASED", Some("CR")).movement.prison,
        PrisonCode::parse("MDI").ok()
    );
    for (agency, expected) in [("OUT", None), ("TRN", None), ("x1", None), ("lei", Some("LEI"))] {
        let facts = [
            ("nomsNumber", "A1234BC"),
            ("reason", "RELEASED"),
            ("prisonId", agency),
        ];
        let Meaning::Movement(told) = meaning("prison-offender-events.prisoner.released", &facts) else {
            panic!("not a movement")
        };
        assert_eq!(told.movement.prison.as_ref().map(PrisonCode::as_str), expected);
    }
}
use crate::code::PrisonCode;

#[test]
fn the_number_may_stand_in_either_place() {
    let mut bare = event(
        "prison-offender-events.prisoner.released",
        &[("reason", "RELEASED")],
    );
    let read = |event: &Event| understand(event, &ReferenceData::bundled());
    assert!(matches!(read(&bare), Meaning::Movement(told) if told.number.value() == "A1234BC"));
    bare.identifiers.clear();
    assert_eq!(
        read(&bare),
        Meaning::Kept(Kept::NotUnderstood("no_prisoner_number"))
    );
    bare.facts.insert("nomsNumber".into(), "12".into());
    assert_eq!(
        read(&bare),
        Meaning::Kept(Kept::NotUnderstood("no_prisoner_number"))
    );
}

#[test]
fn other_types_and_versions_are_kept() {
    assert_eq!(
        meaning("prison-offender-events.prisoner.cell.move", &[]),
        Meaning::Kept(Kept::UnknownType)
    );
    // Its reasons are known, but it tells the same movements a second time, at other moments.
    assert_eq!(
        meaning("prisoner-offender-search.prisoner.received", &[]),
        Meaning::Kept(Kept::UnknownType)
    );
    let mut later = event("prison-offender-events.prisoner.released", &[]);
    later.version = 2;
    assert_eq!(
        understand(&later, &ReferenceData::bundled()),
        Meaning::Kept(Kept::UnknownVersion)
    );
}

#[test]
fn only_words_joined_by_dots_are_shown_as_a_type() {
    for fine in [
        "prison-offender-events.prisoner.cell.move",
        "adjudication.hearingCompleted.created",
    ] {
        assert_eq!(listed_type(fine), fine);
    }
    for odd in [
        "9990000018",
        "A1234BC",
        "Ashdown",
        "prison.A1234BC.moved",
        "a..b",
        ".",
        "a b.c",
    ] {
        assert_eq!(listed_type(odd), "unlisted", "{odd}");
    }
}

#[test]
fn numbers_are_joined_and_parted() {
    let read = |event_type: &str, facts: &[(&str, &str)]| match meaning(event_type, facts) {
        Meaning::Numbers(told) => (
            told.kept.value().to_owned(),
            told.other.value().to_owned(),
            told.joined,
        ),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        read(
            "prison-offender-events.prisoner.merged",
            &[
                ("nomsNumber", "A1234BC"),
                ("removedNomsNumber", "B7777CD"),
                ("reason", "MERGE")
            ]
        ),
        ("A1234BC".into(), "B7777CD".into(), true)
    );
    assert_eq!(
        read(
            "probation-case.merge.completed",
            &[("sourceCRN", "X111111"), ("targetCRN", "X222222")]
        ),
        ("X222222".into(), "X111111".into(), true)
    );
    assert_eq!(
        read(
            "probation-case.unmerge.completed",
            &[("reactivatedCRN", "X111111"), ("unmergedCRN", "X222222")]
        ),
        ("X222222".into(), "X111111".into(), false)
    );
    for (facts, what) in [
        (&[("nomsNumber", "A1234BC")][..], "no_removed_number"),
        (
            &[("nomsNumber", "A1234BC"), ("removedNomsNumber", "a1234bc")],
            "same_number_twice",
        ),
    ] {
        assert_eq!(
            meaning("prison-offender-events.prisoner.merged", facts),
            Meaning::Kept(Kept::NotUnderstood(what))
        );
    }
}

#[test]
fn what_was_told_last_of_two_numbers_counts_whichever_way_round_they_are_named() {
    let number = |text: &str| Identifier::parse(IdentifierKind::Crn, text, 0).unwrap();
    let said = |kept: &str, other: &str, hour: u8, joined| Numbers {
        kept: number(kept),
        other: number(other),
        at: format!("2026-03-01T{hour:02}:00:00Z").parse().unwrap(),
        joined,
    };
    let told = [
        said("X111111", "X222222", 9, true),
        said("X222222", "X111111", 11, false),
        said("X111111", "X333333", 12, true),
    ];
    assert!(!stand_joined(&told[0], &told));
    assert!(stand_joined(&told[2], &told));
    let again = [told.to_vec(), vec![said("X111111", "X222222", 15, true)]].concat();
    assert!(stand_joined(&again[1], &again));
    // Of one moment the parting counts: nobody is taken for somebody else.
    let tied = [
        said("X111111", "X222222", 9, false),
        said("X111111", "X222222", 9, true),
    ];
    assert!(!stand_joined(&tied[0], &tied) && !stand_joined(&tied[1], &tied));
}

#[test]
fn the_same_event_in_another_message_is_the_same_and_every_part_of_it_counts() {
    let of = |event: &Event| understand(event, &ReferenceData::bundled()).sameness(event);
    let one = event(
        "prison-offender-events.prisoner.released",
        &[("nomsNumber", "A1234BC"), ("reason", "RELEASED")],
    );
    let mut again = one.clone();
    again.facts.insert("nomsNumber".into(), " a1234bc ".into());
    again.facts.insert("added".into(), "later".into());
    assert!(of(&one).is_some());
    assert_eq!(of(&one), of(&again));
    let change = |change: &dyn Fn(&mut Event)| {
        let mut other = one.clone();
        change(&mut other);
        of(&other)
    };
    for other in [
        change(&|e| e.event_type = "prison-offender-events.prisoner.received".into()),
        change(&|e| drop(e.facts.insert("nomsNumber".into(), "A1234BD".into()))),
        change(&|e| drop(e.facts.insert("reason".into(), "TRANSFERRED".into()))),
        change(&|e| e.occurred_at = "2026-03-01T14:05:01Z".parse().unwrap()),
        change(&|e| e.published_at = "2026-03-01T14:50:00Z".parse().ok()),
        change(&|e| drop(e.facts.insert("prisonId".into(), "LEI".into()))),
        change(&|e| drop(e.facts.insert("nomisMovementReasonCode".into(), "DEC".into()))),
    ] {
        assert!(other.is_some() && other != of(&one));
    }
    let kept = event("x.y", &[]);
    assert_eq!(of(&kept), None);
    assert!(!format!("{one:?}").contains("A1234BC"));
}

/// Within a day, to the same prison, not recalled, and only what ended the stay.
#[test]
fn only_a_readmission_within_a_day_to_the_same_prison_undoes_a_release() {
    let later = |mut told: Told, hours: i64, prison: &str| {
        told.at += jiff::SignedDuration::from_hours(hours);
        told.movement.prison = PrisonCode::parse(prison).ok();
        told
    };
    let release = told("released", "RELEASED", Some("CR"));
    let back = told("received", "READMISSION", Some("N"));
    assert!(later(back.clone(), 3, "MDI").undoes(&release));
    assert!(later(back.clone(), 24, "MDI").undoes(&release));
    assert!(!later(back.clone(), 25, "MDI").undoes(&release));
    assert!(!later(back.clone(), -1, "MDI").undoes(&release));
    assert!(!later(back.clone(), 3, "LEI").undoes(&release));
    assert!(!later(told("received", "ADMISSION", Some("N")), 3, "MDI").undoes(&release));
    assert!(!later(told("received", "READMISSION", Some("L")), 3, "MDI").undoes(&release));
    for (reason, code, can) in [
        ("RELEASED", "DEC", true),
        ("RELEASED", "QQ", true),
        ("RELEASED", "UAL", false),
        ("RELEASED", "DE", false),
        ("RELEASED_TO_HOSPITAL", "HP", false),
        ("SENT_TO_COURT", "CRT", false),
    ] {
        let out = told("released", reason, Some(code));
        assert_eq!(later(back.clone(), 3, "MDI").undoes(&out), can, "{code}");
    }
}
