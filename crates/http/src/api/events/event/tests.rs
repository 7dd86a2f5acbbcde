use super::*;
use jiff::civil::date;
use throughcare_domain::event::{Actor, Body, Envelope, Role, SourceReference};
use throughcare_domain::fact::{IdentityDetail, PersonRegistered};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

fn organisation(code: &str) -> OrganisationCode {
    OrganisationCode::parse(code).unwrap()
}

/// A registration by a user of `north`, with a name.
pub(in crate::api::events) fn registered(position: u64) -> RecordedEvent {
    let at: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    let fact = PersonRegistered {
        date_of_birth: Some(date(1990, 5, 17)),
        sex: None,
        ethnicity: None,
    };
    RecordedEvent {
        envelope: Envelope {
            id: EventId(Uuid::from_u128(9)),
            schema_version: 1,
            stream: StreamId::person(PersonId(Uuid::from_u128(1))),
            stream_version: 1,
            position,
            occurred: Occurred::On(date(2026, 3, 1)),
            received_at: at,
            recorded_at: at,
            origin: Origin::Staff,
            actor: Actor {
                client: "case-system".into(),
                user: Some("worker-7".into()),
                organisation: organisation("north"),
                role: Role::Worker,
            },
            on_behalf_of: None,
            purpose: "direct_care".into(),
            correlation: Uuid::from_u128(3),
            causation: None,
            source: Some(SourceReference {
                system: "case-system".into(),
                value: "R-1".into(),
            }),
        },
        body: Body::Fact(fact.into()),
        identity: Some(IdentityDetail {
            given_name: Some("Robin".into()),
            ..IdentityDetail::default()
        }),
    }
}

#[test]
fn an_event_shows_coded_facts_and_never_identity() {
    let shown = serde_json::to_value(wire(&registered(5), &organisation("north"), false, true)).unwrap();
    assert_eq!(shown["type"], "identity.person-registered");
    assert_eq!(shown["data"]["dateOfBirth"], "1990-05-17");
    assert_eq!(shown["occurred"], "2026-03-01");
    assert!(!shown.to_string().contains("Robin"));
}

#[test]
fn who_typed_it_is_for_their_organisation_and_auditors() {
    let of = |code, whole| wire(&registered(5), &organisation(code), whole, true);
    assert!(of("north", false).user.is_some() && of("north", false).external_reference.is_some());
    assert!(of("audit", true).user.is_some());
    let other = of("south", false);
    assert_eq!(
        (other.user, other.client, other.external_reference.is_none()),
        (None, None, true)
    );
}

#[test]
fn an_erased_event_keeps_its_place() {
    let event = RecordedEvent {
        body: Body::Erased,
        ..registered(5)
    };
    let shown = serde_json::to_value(wire(&event, &organisation("north"), false, true)).unwrap();
    assert_eq!(
        (&shown["type"], &shown["position"]),
        (&"erased".into(), &5.into())
    );
    assert!(shown["data"].is_null());
}

/// A sender may read back what it sent without learning which record holds it, or how long that record is.
#[test]
fn a_record_that_is_not_seen_in_full_is_not_named() {
    let of =
        |known| serde_json::to_value(wire(&registered(5), &organisation("north"), false, known)).unwrap();
    assert!(of(false).get("personId").is_none() && of(false).get("streamVersion").is_none());
    assert!(of(true).get("personId").is_some() && of(true).get("streamVersion").is_some());
}
