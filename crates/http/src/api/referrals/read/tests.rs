use super::*;
use jiff::Timestamp;
use jiff::civil::date;
use throughcare_domain::code::{Code, OrganisationCode, ServiceCode};
use throughcare_domain::fact::ServiceKind;
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::state::{PersonState, Referral};
use throughcare_domain::when::Occurred;

fn at(day: i8) -> Dated {
    let recorded_at: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
    Dated::new(
        Occurred::On(date(2026, 3, day)),
        EventId(Uuid::from_u128(5)),
        recorded_at,
    )
}

/// A triaged referral as the app gives it to the sender.
fn sent() -> ReferralRead {
    let referral = Referral {
        id: ReferralId(Uuid::from_u128(1)),
        source: Code::parse("arrest_referral").unwrap(),
        from_organisation: OrganisationCode::parse("police").unwrap(),
        from_service: None,
        to_service: ServiceCode::parse("north").unwrap(),
        to_organisation: OrganisationCode::parse("north-org").unwrap(),
        to_kind: ServiceKind::Community,
        transfer_of: None,
        substances: vec![Code::parse("1011").unwrap()],
        received: at(1),
        accepted: Some(at(2)),
        rejected: None,
        withdrawn: None,
        triaged: Some((at(4), Code::parse("treatment_needed").unwrap())),
        found: Vec::new(),
        sent_on: None,
        onward_of: None,
        first_received: at(1),
    };
    ReferralRead {
        with: referral.to_service.clone(),
        appointments: Vec::new(),
        stages: Vec::new(),
        needs: Vec::new(),
        referral,
        person: None,
        identity: None,
        note: None,
        etag: "0e1c".into(),
        position: 9,
        onward: None,
    }
}

#[test]
fn the_sender_sees_how_far_it_has_come_and_nothing_clinical() {
    let shown = serde_json::to_value(referral_shown(&sent())).unwrap();
    assert_eq!(
        (&shown["status"], &shown["triaged"]),
        (&"triaged".into(), &"2026-03-04".into())
    );
    for hidden in ["personId", "clinical", "identity", "note"] {
        assert!(shown.get(hidden).is_none(), "{hidden}");
    }
    let text = shown.to_string();
    assert!(!text.contains("1011") && !text.contains("treatment_needed"));
}

#[test]
fn the_service_asked_sees_who_it_is_about_and_why() {
    let mut state = PersonState::default();
    state.identity.date_of_birth = Some(date(1990, 5, 17));
    let read = ReferralRead {
        person: Some(PersonId(Uuid::from_u128(7))),
        identity: Some(state.identity),
        note: Some("Calls after four.".into()),
        ..sent()
    };
    let shown = serde_json::to_value(referral_shown(&read)).unwrap();
    assert_eq!(shown["identity"]["dateOfBirth"], "1990-05-17");
    assert_eq!(shown["clinical"]["substances"][0], "1011");
    assert_eq!(shown["note"], "Calls after four.");
}
