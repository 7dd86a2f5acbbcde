use super::*;
use jiff::civil::date;
use throughcare_app::query::SealedLine;
use throughcare_domain::code::{Code, OrganisationCode, ServiceCode};
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::{KitRow, Row, TriageRow};
use throughcare_domain::state::{IdentityState, PersonState};
use throughcare_domain::view::duties::DutyKind;

const DAY: Date = date(2026, 3, 14);

fn item(kind: RowKind, detail: RowDetail, identity: Option<IdentityState>) -> Listed<WorklistItem> {
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
    Listed::Shown(WorklistItem {
        due: row.due(),
        person: PersonId(Uuid::from_u128(1)),
        identity,
        row,
    })
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
    let last = triage(DAY);
    let shown = line(item(RowKind::TriageDue, last.clone(), None), DAY);
    assert_eq!((shown.age_days, shown.overdue), (42, Some(false)));
    assert_eq!((shown.due_on, shown.triage_due_on), (Some(DAY), Some(DAY)));
    assert_eq!(shown.duty.as_deref(), Some("triage"));
    let shown = line(item(RowKind::TriageDue, last, None), date(2026, 3, 15));
    assert_eq!(shown.overdue, Some(true));
}

/// A line says what it asks for first: that is what lists are sorted by, and what is overdue.
#[test]
fn a_line_is_due_by_what_it_asks_for_first() {
    let RowDetail::Triage(told) = triage(DAY) else {
        panic!()
    };
    let nothing_offered = RowDetail::Triage(TriageRow {
        nothing_offered_since: Some(date(2026, 2, 3)),
        ..told
    });
    let shown = line(item(RowKind::TriageDue, nothing_offered, None), DAY);
    assert_eq!(shown.duty.as_deref(), Some("offer_appointment"));
    assert_eq!(
        (shown.due_on, shown.overdue),
        (Some(date(2026, 2, 10)), Some(true))
    );
    assert_eq!(shown.triage_due_on, Some(DAY));
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
    assert_eq!(
        (&shown["dueOn"], &shown["duty"]),
        (&"2026-02-10".into(), &"replace_naloxone".into())
    );
    for absent in ["names", "dateOfBirth", "referralId", "substances", "prison"] {
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

#[test]
fn a_sealed_line_tells_how_old_it_is_what_is_due_and_whom_to_ask_and_nothing_else() {
    let ask = OrganisationCode::parse("north-org").unwrap();
    let sealed = Listed::Sealed(SealedLine {
        ask,
        service: Some(ServiceCode::parse("north").unwrap()),
        opened_on: date(2026, 2, 3),
        due: Some((DutyKind::Triage, date(2026, 3, 1))),
    });
    let shown = serde_json::to_value(line(sealed, date(2026, 3, 2))).unwrap();
    assert_eq!(
        shown,
        serde_json::json!({
            "sealed": {
                "ask": "north-org",
                "says": "This record is sealed. To act on it, ask the privacy officer of north-org.",
            },
            "onListSince": "2026-02-03", "countedFrom": "2026-02-03", "ageDays": 27,
            "duty": "triage", "dueOn": "2026-03-01", "overdue": true,
        })
    );
}
