use super::*;
use jiff::civil::date;
use throughcare_domain::code::{Code, OrganisationCode, ServiceCode};
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::{KitRow, Row, TriageRow};
use throughcare_domain::state::{IdentityState, PersonState};

const DAY: Date = date(2026, 3, 14);

fn item(kind: RowKind, detail: RowDetail, identity: Option<IdentityState>) -> WorklistItem {
    let row = Row {
        kind,
        id: Uuid::from_u128(7),
        service: Some(ServiceCode::parse("north").unwrap()),
        organisation: Some(OrganisationCode::parse("north-org").unwrap()),
        prison: None,
        area: None,
        opened_on: date(2026, 2, 3),
        closed_on: None,
        primary: true,
        detail,
    };
    WorklistItem {
        person: PersonId(Uuid::from_u128(1)),
        identity,
        row,
    }
}

fn triage(due_on: Date) -> RowDetail {
    RowDetail::Triage(TriageRow {
        received_on: date(2026, 1, 31),
        accepted_on: date(2026, 2, 3),
        due_on,
        first_referred_on: None,
        appointment_on: None,
        nothing_offered_since: None,
        source: Code::parse("hospital").unwrap(),
        from_organisation: OrganisationCode::parse("sender").unwrap(),
        substances: Vec::new(),
    })
}

/// W2: the age is counted from the referral, not from its acceptance; the last day is still in time.
#[test]
fn triage_is_overdue_on_the_day_after_the_last_one() {
    let shown = line(item(RowKind::TriageDue, triage(DAY), None), DAY);
    assert_eq!((shown.age_days, shown.overdue), (42, Some(false)));
    let shown = line(item(RowKind::TriageDue, triage(date(2026, 3, 13)), None), DAY);
    assert_eq!(shown.overdue, Some(true));
}

#[test]
fn what_a_list_does_not_tell_is_absent() {
    let kit = RowDetail::Kit(KitRow {
        product: Code::parse("nasal").unwrap(),
        batch: Code::parse("B1").unwrap(),
        expires_on: date(2026, 2, 2),
        supplied_on: date(2024, 2, 2),
        used_on: None,
        gone_on: None,
        replaced_by: None,
    });
    let shown = serde_json::to_value(line(item(RowKind::NaloxoneToReplace, kit, None), DAY)).unwrap();
    assert_eq!(shown["ageDays"], 39);
    assert_eq!(shown["kit"]["expiresOn"], "2026-02-02");
    for absent in [
        "names",
        "dateOfBirth",
        "dueOn",
        "overdue",
        "referralId",
        "substances",
        "prison",
    ] {
        assert!(shown.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn names_are_shown_where_identity_is_given_and_not_otherwise() {
    let mut state = PersonState::default();
    state.identity.date_of_birth = Some(date(1990, 5, 17));
    let shown = line(item(RowKind::TriageDue, triage(DAY), Some(state.identity)), DAY);
    assert_eq!(shown.date_of_birth, Some(DateWire(date(1990, 5, 17))));
    let shown = line(item(RowKind::TriageDue, triage(DAY), None), DAY);
    assert_eq!(shown.date_of_birth, None);
}
