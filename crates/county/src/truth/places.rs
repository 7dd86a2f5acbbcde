//! Where the lives are lived: three areas, each with a service, a residential one beside, and a prison with its own.

use jiff::Timestamp;
use throughcare_domain::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{Actor, Body, Envelope, Origin, RecordedEvent, Role};
use throughcare_domain::fact::{Fact, ServiceKind, ServiceOpened};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// Codes of the areas: Gateshead, Sunderland and South Tyneside by name alone.
pub const AREAS: [&str; 3] = ["E08000037", "E08000024", "E08000023"];

/// Codes of the services: one of each area, the residential one, the prison's.
pub const SERVICES: [&str; 5] = ["first", "second", "third", "house", "gate-health"];

/// The place of the prison's service.
pub(super) const PRISON_SERVICE: usize = 4;
/// The residential one.
pub(super) const HOUSE: usize = 3;
/// The prison.
pub(super) const PRISON: &str = "MDI";

pub(super) fn kind(service: usize) -> ServiceKind {
    match service {
        PRISON_SERVICE => ServiceKind::Prison,
        HOUSE => ServiceKind::Residential,
        _ => ServiceKind::Community,
    }
}

/// What is written is written right, or the first test says so.
pub(super) fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

pub(super) fn area(place: usize) -> AreaCode {
    AreaCode::parse(AREAS[place]).expect("a code")
}

pub(super) fn prison() -> PrisonCode {
    PrisonCode::parse(PRISON).expect("a code")
}

pub(super) fn service(place: usize) -> ServiceCode {
    ServiceCode::parse(SERVICES[place]).expect("a code")
}

/// The house is the first area's organisation's too.
pub(super) fn organisation(place: usize) -> OrganisationCode {
    let owner = if place == HOUSE { 0 } else { place };
    OrganisationCode::parse(&format!("{}-trust", SERVICES[owner])).expect("a code")
}

/// An event, as it would be read from the log.
pub(super) fn event(
    person: PersonId,
    place: u32,
    id: EventId,
    by: OrganisationCode,
    (occurred, recorded_at): (Occurred, Timestamp),
    fact: Fact,
) -> RecordedEvent {
    RecordedEvent {
        envelope: Envelope {
            id,
            schema_version: 1,
            stream: StreamId::person(person),
            stream_version: place,
            position: u64::from(place),
            occurred,
            received_at: recorded_at,
            recorded_at,
            origin: Origin::Machine,
            actor: Actor {
                client: "script".into(),
                user: None,
                organisation: by,
                role: Role::Worker,
            },
            on_behalf_of: None,
            purpose: "direct_care".into(),
            correlation: Uuid::nil(),
            causation: None,
            source: None,
        },
        body: Body::Fact(fact),
        identity: None,
    }
}

/// Which services there are.
pub fn directory() -> Directory {
    let opened: Vec<_> = (0..SERVICES.len())
        .map(|place| {
            let fact = ServiceOpened {
                service: service(place),
                name: SERVICES[place].into(),
                kind: kind(place),
                areas: if place < AREAS.len() {
                    vec![area(place)]
                } else {
                    Vec::new()
                },
                prisons: if place == PRISON_SERVICE {
                    vec![prison()]
                } else {
                    Vec::new()
                },
            };
            let number = u32::try_from(place).unwrap_or(0) + 1;
            let when = Timestamp::UNIX_EPOCH;
            let id = EventId(Uuid::from_u128(u128::from(number)));
            let nobody = PersonId(Uuid::nil());
            event(
                nobody,
                number,
                id,
                organisation(place),
                (Occurred::At(when), when),
                fact.into(),
            )
        })
        .collect();
    Directory::fold(&opened)
}
