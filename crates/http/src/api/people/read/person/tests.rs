use super::*;
use jiff::Timestamp;
use jiff::civil::date;
use throughcare_domain::access::Sight;
use throughcare_domain::code::{Code, OrganisationCode};
use throughcare_domain::event::{Actor, Body, Envelope, Origin, RecordedEvent, Role};
use throughcare_domain::fact::{DemographicsCorrected, Fact, IdentityDetail, PersonRegistered};
use throughcare_domain::history::History;
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

const DAY: Date = date(2026, 3, 14);

fn event(version: u32, day: Date, fact: Fact, given_name: Option<&str>) -> RecordedEvent {
    let at: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
    RecordedEvent {
        envelope: Envelope {
            id: EventId(Uuid::from_u128(u128::from(version))),
            schema_version: 1,
            stream: StreamId::person(PersonId(Uuid::from_u128(99))),
            stream_version: version,
            position: u64::from(version),
            occurred: Occurred::On(day),
            received_at: at,
            recorded_at: at,
            origin: Origin::Staff,
            actor: Actor {
                client: "case-system".into(),
                user: None,
                organisation: OrganisationCode::parse("north").unwrap(),
                role: Role::Worker,
            },
            on_behalf_of: None,
            purpose: "direct_care".into(),
            correlation: Uuid::from_u128(3),
            causation: None,
            source: None,
        },
        body: Body::Fact(fact),
        identity: given_name.map(|name| IdentityDetail {
            given_name: Some(name.to_owned()),
            ..IdentityDetail::default()
        }),
    }
}

/// Registered without a sex on 1 March; the date of birth corrected and the sex completed later.
fn read() -> PersonRead {
    let first = PersonRegistered {
        date_of_birth: Some(date(1990, 5, 17)),
        sex: None,
        ethnicity: None,
    };
    let second = DemographicsCorrected {
        date_of_birth: Some(date(1990, 5, 18)),
        sex: Code::parse("1").ok(),
        ethnicity: None,
        alias: false,
        contradicts: Vec::new(),
    };
    let history = History::new(vec![
        event(1, date(2026, 3, 1), first.into(), Some("Robin")),
        event(2, date(2026, 3, 2), second.into(), None),
    ]);
    PersonRead {
        person: PersonId(Uuid::from_u128(99)),
        records: Vec::new(),
        sight: Sight::Treats,
        visibility: Visibility::Full,
        history: history.into(),
        day: DAY,
        position: 2,
        etag: "0e1c".into(),
    }
}

#[test]
fn each_value_names_the_event_that_set_it_when_asked() {
    let shown = serde_json::to_value(person_shown(&read(), true)).unwrap();
    let set_by = &shown["identity"]["setBy"];
    assert_eq!(set_by["names"], Uuid::from_u128(1).to_string());
    assert_eq!(set_by["dateOfBirth"], Uuid::from_u128(2).to_string());
    assert_eq!(set_by["sex"], Uuid::from_u128(2).to_string());
    assert!(set_by.get("ethnicity").is_none(), "nobody told");
    assert!(shown["pathway"]["treatment"]["setBy"].is_array());
}

#[test]
fn without_asking_nothing_is_explained() {
    let shown = serde_json::to_value(person_shown(&read(), false)).unwrap();
    assert_eq!(shown["identity"]["dateOfBirth"], "1990-05-18");
    assert_eq!(shown["identity"]["names"]["given"], "Robin");
    assert!(!shown.to_string().contains("setBy"));
}

#[test]
fn whoever_sees_only_what_they_sent_is_told_so() {
    let sent = PersonRead {
        sight: Sight::Treats,
        visibility: Visibility::Sent,
        ..read()
    };
    assert_eq!(person_shown(&sent, false).visibility, "sent");
    assert_eq!(person_shown(&read(), false).visibility, "full");
}

#[test]
fn a_query_may_ask_for_an_explanation() {
    let query: PersonQuery = crate::query::read("explain=true").unwrap();
    assert_eq!(query.explain, Some(true));
    assert!(crate::query::read::<PersonQuery>("explain=yes").is_err());
}
