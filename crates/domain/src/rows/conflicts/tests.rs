use super::super::story::*;
use super::super::{ConflictRow, Row, RowDetail, RowKind, rows};
use crate::fact::{EventVoided, NeedCleared, ProviderChanged, ReleaseEffect, Replaced, ServiceKind};
use crate::id::ContractId;
use crate::state::PersonState;
use crate::view::duties::DutyKind;
use uuid::Uuid;

fn lines(story: &Story) -> Vec<Row> {
    let found = rows(story.history().now(), &directory()).into_iter();
    found
        .filter(|row| row.kind == RowKind::ConflictToSettle)
        .collect()
}

fn only(story: &Story) -> Row {
    let mut found = lines(story);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn owners(story: &Story) -> Vec<String> {
    let found = lines(story).into_iter();
    found
        .map(|row| row.service.map_or("nobody".into(), |service| service.to_string()))
        .collect()
}

fn detail(row: &Row) -> &ConflictRow {
    match &row.detail {
        RowDetail::Conflict(detail) => detail,
        other => panic!("{other:?}"),
    }
}

fn void(of: u128) -> EventVoided {
    EventVoided {
        event: event(of),
        reason: code("entered_in_error"),
        replaced: Replaced::No,
    }
}

/// A prison told of a second reception, ten days late.
fn received_twice() -> Story {
    Story::new()
        .by("gatehouse")
        .on("2026-01-10", received("MDI"))
        .told("2026-02-01", "2026-02-11", received("LEI"))
}

#[test]
fn what_does_not_fit_is_a_line_from_its_day_on_and_is_due_a_fortnight_after_it_was_told() {
    let story = received_twice()
        .by("northshire")
        .on("2026-02-12", opened(1, "northshire-community"));
    let row = only(&story);
    assert_eq!(row.service, Some(service("northshire-community")));
    assert_eq!(
        (row.id, row.opened_on, row.closed_on),
        (event(2).0, day("2026-02-01"), None)
    );
    assert_eq!(row.due(), Some((DutyKind::ResolveConflict, day("2026-02-25"))));
    assert_eq!(
        detail(&row),
        &ConflictRow {
            codes: vec!["overlapping_prison_spell".into()],
            event_type: Some("custody.received".into()),
            happened_on: day("2026-02-01"),
            recorded_on: day("2026-02-11"),
            recorded_by: organisation("gatehouse"),
        }
    );
}

#[test]
fn it_is_off_the_list_when_the_entry_is_voided_and_when_something_told_later_makes_it_fit() {
    let story = received_twice();
    assert_eq!(lines(&story).len(), 1);
    assert_eq!(lines(&story.clone().on("2026-02-20", void(2))), []);
    let left = released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE));
    assert_eq!(lines(&story.told("2026-01-20", "2026-02-21", left)), []);
}

#[test]
fn it_stands_with_who_has_the_person_else_who_was_asked_else_by_the_directory() {
    // Somebody always has it: the partnership at last.
    let story = Story::new()
        .by("gatehouse")
        .on("2026-01-10", received("MDI"))
        .on("2026-01-20", released("MDI", ReleaseEffect::Community, None))
        .told(
            "2026-01-25",
            "2026-01-26",
            released("LEI", ReleaseEffect::Community, None),
        );
    assert_eq!(owners(&story), ["county-partnership"]);
    // Where they live.
    let lives = story.on(
        "2026-01-27",
        crate::fact::ResidenceRecorded {
            area: Some(area(SOUTHSHIRE)),
            no_fixed_abode: false,
        },
    );
    assert_eq!(owners(&lives), ["southshire-community"]);
    // Where they are.
    let inside = lives.on("2026-02-10", received("MDI"));
    assert_eq!(owners(&inside), ["moorland-health"]);
    // Who was asked; and who took them on.
    let asked = inside.on("2026-02-12", referral(1, "northshire-community"));
    assert_eq!(owners(&asked), ["northshire-community"]);
    let treated = asked
        .clone()
        .on("2026-02-13", opened(2, "moorland-health"))
        .on("2026-02-14", accepted(1));
    assert_eq!(owners(&treated), ["moorland-health", "northshire-community"]);
    let primary: Vec<_> = lines(&treated).iter().map(|row| row.primary).collect();
    assert_eq!(primary, [true, false], "counted once");
    assert_eq!(owners(&asked.on("2026-02-14", rejected(1))), ["moorland-health"]);
}

/// Only who recorded it can void it: it is on their list too, when they know the person.
#[test]
fn it_stands_beside_them_with_the_service_by_which_the_recorder_knows_the_person() {
    let story = Story::new()
        .by("southshire")
        .on("2026-01-01", opened(1, "southshire-community"))
        .on("2026-01-20", exit(1, "77"));
    assert_eq!(owners(&story), ["southshire-community"]);
    let treated = story
        .by("northshire")
        .on("2026-02-03", opened(2, "northshire-community"));
    let found: Vec<_> = lines(&treated)
        .iter()
        .map(|row| (row.service.clone(), row.primary))
        .collect();
    assert_eq!(
        found,
        [
            (Some(service("northshire-community")), true),
            (Some(service("southshire-community")), false)
        ]
    );
}

#[test]
fn without_a_partnership_it_is_nobodys_and_still_a_line() {
    let state = PersonState::fold(received_twice().history().events());
    let found = rows(&state, &crate::directory::Directory::default());
    let line = found.iter().find(|row| row.kind == RowKind::ConflictToSettle);
    assert_eq!(line.map(|row| (&row.service, row.primary)), Some((&None, true)));
}

#[test]
fn a_contract_that_moves_takes_it_along() {
    let moved = ProviderChanged {
        contract: ContractId(Uuid::from_u128(7)),
        from_service: service("northshire-community"),
        from_organisation: organisation("northshire"),
        to_service: service("southshire-community"),
        to_organisation: organisation("southshire"),
        to_kind: ServiceKind::Community,
    };
    let story = received_twice()
        .on("2026-02-12", opened(1, "northshire-community"))
        .on("2026-03-01", moved);
    let found: Vec<_> = lines(&story)
        .into_iter()
        .map(|row| {
            (
                row.service.unwrap().to_string(),
                row.opened_on.to_string(),
                row.closed_on,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "northshire-community".into(),
                "2026-02-01".into(),
                Some(day("2026-03-01"))
            ),
            ("southshire-community".into(), "2026-03-01".into(), None)
        ]
    );
}

#[test]
fn an_event_with_two_faults_is_one_line_with_both() {
    let story = received_twice()
        .told("2026-02-09", "2026-02-11", reported_dead(1))
        .told("2026-02-10", "2026-02-11", received("LEI"));
    let row = lines(&story)
        .into_iter()
        .find(|row| row.id == event(4).0)
        .unwrap();
    assert_eq!(detail(&row).codes, ["overlapping_prison_spell", "after_death"]);
}

#[test]
fn something_dated_in_the_future_is_on_the_list_since_it_was_told() {
    let story = Story::new().told("2027-02-01", "2026-02-01", received("MDI"));
    let row = only(&story);
    assert_eq!(row.opened_on, day("2026-02-01"));
    assert_eq!(detail(&row).codes, ["in_the_future"]);
}

#[test]
fn an_exit_for_a_reason_that_no_list_explains_is_a_line() {
    let story = Story::new()
        .on("2026-02-01", opened(1, "northshire-community"))
        .on("2026-02-10", exit(1, "77"));
    assert_eq!(detail(&only(&story)).codes, ["exit_reason_not_understood"]);
    // Movements that no list explains have a list of their own.
    let moved = Story::new().on("2026-02-01", unclassified("MDI")).on(
        "2026-02-02",
        released("MDI", ReleaseEffect::Unknown, Some(NORTHSHIRE)),
    );
    let codes: Vec<_> = moved.state().conflicts.iter().map(|one| one.code).collect();
    assert!(codes.contains(&"movement_not_understood"), "{codes:?}");
    for row in lines(&moved) {
        assert_eq!(detail(&row).codes, ["release_without_reception"]);
    }
}

/// Who does not see the record is told whose it is and whom to ask; of movements everything.
#[test]
fn who_does_not_see_the_record_is_not_told_what_was_recorded() {
    let story = Story::new()
        .on("2026-02-01", reported_dead(1))
        .on("2026-02-03", met("southshire-community"));
    let row = only(&story);
    assert_eq!(row.service, Some(service("county-partnership")));
    let told = detail(&row);
    assert_eq!((told.codes.len(), &told.event_type), (0, &None));
    assert_eq!(told.recorded_by, organisation("northshire"));
    // Whoever has the person sees it.
    let story = story.told("2026-01-30", "2026-02-05", opened(2, "northshire-community"));
    assert_eq!(detail(&only(&story)).codes, ["after_death"]);
    let moved = only(&received_twice());
    assert_eq!(moved.organisation, Some(organisation("county")));
    assert_eq!(detail(&moved).codes, ["overlapping_prison_spell"]);
}

#[test]
fn no_line_tells_of_what_few_may_know() {
    let cleared = |n: u128| NeedCleared {
        need: need_id(n),
        reason: code("risk_over"),
    };
    let base = || Story::new().on("2026-02-01", opened(1, "northshire-community"));
    let quiet = [
        base()
            .on("2026-02-02", raised(1, "cuckooing"))
            .on("2026-02-03", raised(2, "cuckooing")),
        base()
            .on("2026-02-02", raised(1, "cuckooing"))
            .on("2026-02-03", cleared(1))
            .on("2026-02-04", cleared(1)),
        // Of which need it is nobody knows: it may be a restricted one.
        base().on("2026-02-03", cleared(9)),
        base().on("2026-02-03", came(9)),
        base()
            .on("2026-02-02", required(1, "northshire-community"))
            .on("2026-02-03", came(1))
            .on("2026-02-04", stayed_away(1)),
        // Nor that such a fact lies after the death.
        base()
            .on("2026-02-02", reported_dead(1))
            .on("2026-02-03", tested(1)),
    ];
    for story in quiet {
        assert!(!story.state().conflicts.is_empty());
        assert_eq!(lines(&story), []);
    }
    // An open need of the same code that everybody may see would tell of the restricted one.
    let open = crate::fact::NeedRaised {
        restricted: false,
        ..raised(2, "cuckooing")
    };
    let same = base()
        .on("2026-02-02", raised(1, "cuckooing"))
        .on("2026-02-03", open);
    assert_eq!((same.state().conflicts.len(), lines(&same)), (1, vec![]));
    // Control: the same of what everybody may see is a line.
    for told in [
        base()
            .on("2026-02-02", raised(1, "housing"))
            .on("2026-02-03", raised(2, "housing")),
        base()
            .on("2026-02-02", raised(1, "housing"))
            .on("2026-02-03", cleared(1))
            .on("2026-02-04", cleared(1)),
    ] {
        assert_eq!(lines(&told).len(), 1);
    }
}

#[test]
fn lines_do_not_depend_on_the_order_of_arrival_and_are_stored_and_read_back() {
    let story = received_twice()
        .on("2026-02-12", opened(1, "northshire-community"))
        .on("2026-02-13", accepted(7))
        .on("2026-02-13", exit(1, "77"));
    let expected = lines(&story);
    assert_eq!(expected.len(), 3);
    for events in story.other_orders() {
        let found = rows(&PersonState::fold(&events), &directory()).into_iter();
        let found: Vec<_> = found
            .filter(|row| row.kind == RowKind::ConflictToSettle)
            .collect();
        assert_eq!(found, expected);
    }
    for row in expected {
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    }
}

/// A sender told that somebody known is of another sex and name: whoever has the person finds out, and nobody else is
/// told what it was.
#[test]
fn what_contradicts_a_known_person_is_a_line_of_who_has_them_until_somebody_says_again_who_they_are() {
    let told = crate::fact::DemographicsCorrected {
        date_of_birth: None,
        sex: Some(code("female")),
        ethnicity: None,
        alias: true,
        contradicts: vec![
            crate::fact::Contradicted::GivenName,
            crate::fact::Contradicted::Sex,
        ],
    };
    let alias = crate::fact::DemographicsCorrected {
        contradicts: Vec::new(),
        ..told.clone()
    };
    let story = Story::new()
        .by("northshire")
        .on("2026-02-12", opened(1, "northshire-community"))
        .by("gatehouse");
    assert_eq!(lines(&story.clone().on("2026-02-20", alias)), [], "the control");
    let story = story.on("2026-02-20", told);
    let row = only(&story);
    assert_eq!(row.service, Some(service("northshire-community")));
    let conflict = detail(&row);
    assert_eq!(conflict.codes, ["other_given_name_told", "other_sex_told"]);
    assert_eq!(
        conflict.event_type.as_deref(),
        Some("identity.demographics-corrected")
    );
    assert_eq!(row.due(), Some((DutyKind::ResolveConflict, day("2026-03-06"))));
    assert_eq!(lines(&story.clone().on("2026-02-21", void(2))), []);
    let says = crate::fact::DemographicsCorrected {
        date_of_birth: None,
        sex: Some(code("male")),
        ethnicity: None,
        alias: false,
        contradicts: Vec::new(),
    };
    // By when it was said, whatever day it is about.
    assert_eq!(lines(&story.told("2026-01-01", "2026-02-22", says)), []);
}
