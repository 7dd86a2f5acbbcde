//! Streams: the unit of order and of consistency in the log.

use crate::code::{OrganisationCode, ServiceCode};
use crate::id::PersonId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The namespaces from which streams named by a code get their id (UUIDv5).
const SERVICE_NAMESPACE: Uuid = Uuid::from_u128(0x6f1f_2f5c_5e0b_5a39_9d0c_7a8e_61c1_b0a1);
const ORGANISATION_NAMESPACE: Uuid = Uuid::from_u128(0x2b6a_90d4_3c57_5f0e_8d2a_4e7b_9f13_c6d2);

/// What a stream is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamKind {
    /// Everything about one person's care.
    Person,
    /// A service's naloxone stock, and supplies to people who are not clients.
    Service,
    /// An organisation: its services, opened and closed.
    Organisation,
}

impl StreamKind {
    /// Its name in the log and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
            Self::Organisation => "organisation",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Person, Self::Service, Self::Organisation]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One stream of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// What it is about.
    pub kind: StreamKind,
    /// Its id: the person's, or one made from the code of the service or organisation.
    pub id: Uuid,
}

impl StreamId {
    /// A person's stream.
    pub fn person(person: PersonId) -> Self {
        Self {
            kind: StreamKind::Person,
            id: person.0,
        }
    }

    /// A service's stream.
    pub fn service(service: &ServiceCode) -> Self {
        Self {
            kind: StreamKind::Service,
            id: Uuid::new_v5(&SERVICE_NAMESPACE, service.as_str().as_bytes()),
        }
    }

    /// An organisation's stream.
    pub fn organisation(organisation: &OrganisationCode) -> Self {
        Self {
            kind: StreamKind::Organisation,
            id: Uuid::new_v5(&ORGANISATION_NAMESPACE, organisation.as_str().as_bytes()),
        }
    }
}
