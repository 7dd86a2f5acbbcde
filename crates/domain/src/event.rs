//! An event: a fact, the identity details told with it, and the clear envelope around both.

use crate::code::OrganisationCode;
use crate::fact::{Fact, IdentityDetail};
use crate::id::EventId;
use crate::stream::StreamId;
use crate::when::Occurred;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whether a person typed it or a system sent it. Staff are refused what could not have happened;
/// what machines send is kept and flagged (`design.md`, "Streams").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Entered by a member of staff.
    Staff,
    /// Sent by a system.
    Machine,
}

/// What a caller is, as far as this program distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Staff of a treatment provider, and the systems on which they work.
    Worker,
    /// Clinical staff of a treatment provider: everything that a worker may, and what is kept for clinicians.
    Clinician,
    /// A system of a prison, police force, court or probation service.
    Liaison,
    /// Replays history; sees coded facts of everyone, and no names.
    Auditor,
    /// Registers organisations and services.
    Administrator,
    /// Commissions services: sees figures and nobody behind them.
    Commissioner,
    /// Answers for the data of an organisation: erasure, legal holds, subject access. Sees no clinical record.
    PrivacyOfficer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Worker,
        Self::Clinician,
        Self::Liaison,
        Self::Auditor,
        Self::Administrator,
        Self::Commissioner,
        Self::PrivacyOfficer,
    ];

    /// True for those who give care, and record it.
    pub fn gives_care(self) -> bool {
        match self {
            Self::Worker | Self::Clinician => true,
            Self::Liaison
            | Self::Auditor
            | Self::Administrator
            | Self::Commissioner
            | Self::PrivacyOfficer => false,
        }
    }

    /// Its name in the log and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Clinician => "clinician",
            Self::Liaison => "liaison",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Commissioner => "commissioner",
            Self::PrivacyOfficer => "privacy_officer",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Who recorded an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The registered client (system) through which it came; at most 100 characters.
    pub client: String,
    /// The user, when a person acted; at most 100 characters.
    pub user: Option<String>,
    /// The organisation for which they acted.
    pub organisation: OrganisationCode,
    /// In which role.
    pub role: Role,
}

/// The reference that the sending system gave; unique per client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceReference {
    /// The system that made the reference; at most 60 characters.
    pub system: String,
    /// The reference; at most 100 characters.
    pub value: String,
}

/// Everything about an event that is stored in clear: no names, no identifiers, no coded health facts
/// beyond the event's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The event's own id.
    pub id: EventId,
    /// Version of the stored form of its type, from 1.
    pub schema_version: u16,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in the stream, from 1 without gaps.
    pub stream_version: u32,
    /// Its place in the log, from 1 without gaps. 0 while not yet appended.
    pub position: u64,
    /// When it was true.
    pub occurred: Occurred,
    /// When this system was told.
    pub received_at: Timestamp,
    /// When this system knew: drawn under the log's head lock, never decreasing.
    pub recorded_at: Timestamp,
    /// Typed by a person or sent by a system.
    pub origin: Origin,
    /// Who recorded it.
    pub actor: Actor,
    /// The person behind a system, when one was named and proved.
    pub on_behalf_of: Option<String>,
    /// Why the record was made: `direct_care` unless the client is registered for another purpose.
    pub purpose: String,
    /// Ties together what one request, or one chain of requests, did.
    pub correlation: Uuid,
    /// The event that led to this one.
    pub causation: Option<EventId>,
    /// The sender's own reference.
    pub source: Option<SourceReference>,
}

/// What became of the coded fact since it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Readable.
    Fact(Fact),
    /// The person's case key was destroyed: a normal value on replay, never an error.
    Erased,
}

/// An event as it is read from the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The clear part.
    pub envelope: Envelope,
    /// The coded fact, sealed at rest under the person's case key.
    pub body: Body,
    /// Names, identifiers, addresses and free text, sealed at rest under the person's identity key.
    /// `None` when nothing of that kind was told, when the identity key was destroyed, or when the
    /// reader was not given identity keys.
    pub identity: Option<IdentityDetail>,
}

impl RecordedEvent {
    /// The coded fact, unless it was erased.
    pub fn fact(&self) -> Option<&Fact> {
        match &self.body {
            Body::Fact(fact) => Some(fact),
            Body::Erased => None,
        }
    }
}

/// A new event as a decision gives it; the use case adds who and when received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id, from the injected source.
    pub id: EventId,
    /// When it was true.
    pub occurred: Occurred,
    /// The coded fact.
    pub fact: Fact,
    /// Names, identifiers, addresses, free text.
    pub identity: Option<IdentityDetail>,
    /// The event that led to this one, when one decision made several.
    pub causation: Option<EventId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_role_when_its_name_is_read_back_then_it_is_that_role() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(Role::parse("root"), None);
    }
}
