//! Builders of simple appends.

use jiff::Timestamp;
use std::sync::Arc;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Draft, Origin, Role};
use throughcare_domain::fact::{Fact, IdentityDetail, PersonRegistered, ResidenceRecorded};
use throughcare_domain::id::{CountingIds, EventId, IdSource as _, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::{Append, Idempotency, NewEvent, Provenance, StreamAppend};
use uuid::Uuid;

/// The day on which everything built here happened.
const DAY: jiff::civil::Date = jiff::civil::date(2026, 7, 1);

/// Makes appends with ids of its own; builders with different seeds never meet.
pub struct Builder {
    ids: CountingIds,
    provenance: Arc<Provenance>,
}

impl Builder {
    /// A builder whose ids follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self {
            ids: CountingIds::new(seed),
            provenance: provenance("northshire-cms"),
        }
    }

    /// The next id.
    pub fn id(&mut self) -> Uuid {
        self.ids.next_id()
    }

    /// The stream of a new person.
    pub fn person(&mut self) -> StreamId {
        StreamId::person(PersonId(self.id()))
    }

    /// An event.
    pub fn event(&mut self, fact: impl Into<Fact>, identity: Option<IdentityDetail>) -> NewEvent {
        let draft = Draft {
            id: EventId(self.id()),
            occurred: Occurred::On(DAY),
            fact: fact.into(),
            identity,
            causation: None,
        };
        NewEvent {
            draft,
            provenance: self.provenance.clone(),
        }
    }

    /// The smallest fact: somebody lives nowhere in particular.
    pub fn fact() -> Fact {
        ResidenceRecorded {
            area: None,
            no_fixed_abode: true,
        }
        .into()
    }

    /// Events for one stream.
    pub fn stream(&mut self, stream: StreamId, expected: u32, events: usize) -> StreamAppend {
        let events = (0..events).map(|_| self.event(Self::fact(), None)).collect();
        StreamAppend {
            stream,
            expected,
            events,
        }
    }

    /// An append of small events to one stream.
    pub fn append(&mut self, stream: StreamId, expected: u32, events: usize) -> Append {
        Append {
            streams: vec![self.stream(stream, expected, events)],
            ..Append::default()
        }
    }

    /// An append that opens a person's record, with names.
    pub fn register(&mut self, stream: StreamId, given_name: &str, family_name: &str) -> Append {
        let fact = PersonRegistered {
            date_of_birth: None,
            sex: None,
            ethnicity: None,
        };
        let identity = IdentityDetail {
            given_name: Some(given_name.into()),
            family_name: Some(family_name.into()),
            ..IdentityDetail::default()
        };
        let events = vec![self.event(fact, Some(identity))];
        Append {
            streams: vec![StreamAppend {
                stream,
                expected: 0,
                events,
            }],
            ..Append::default()
        }
    }

    /// A key for an append, from the builder's ids.
    pub fn key(&mut self, request: &str, answer: &str) -> Idempotency {
        Idempotency {
            client: "northshire-cms".into(),
            key: self.id(),
            fingerprint: fingerprint(request),
            answer: answer.as_bytes().to_vec(),
        }
    }
}

/// Stands for the digest of a request: equal for equal texts of up to 32 bytes.
pub fn fingerprint(request: &str) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    let length = request.len().min(32);
    fingerprint[..length].copy_from_slice(&request.as_bytes()[..length]);
    fingerprint
}

/// A worker of `northshire-recovery` at a client of that name.
///
/// # Panics
/// Never: its texts are constants.
pub fn provenance(client: &str) -> Arc<Provenance> {
    Arc::new(Provenance {
        received_at: "2026-07-01T09:00:00Z".parse::<Timestamp>().expect("an instant"),
        origin: Origin::Staff,
        actor: Actor {
            client: client.into(),
            user: Some("worker-1".into()),
            organisation: OrganisationCode::parse("northshire-recovery").expect("a code"),
            role: Role::Worker,
        },
        on_behalf_of: None,
        purpose: "direct_care".into(),
        correlation: Uuid::from_u128(7),
        source: None,
    })
}
