//! What is asked of the log, and what it answers.

use jiff::Timestamp;
use std::sync::Arc;
use throughcare_domain::event::{Actor, Draft, Origin, SourceReference};
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// Most streams in one append.
pub const MAX_STREAMS: usize = 16;
/// Most events in one append, over all its streams.
pub const MAX_EVENTS: usize = 256;

/// Everything that is written together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Append {
    /// One or more streams, each at most once; at most [`MAX_STREAMS`].
    pub streams: Vec<StreamAppend>,
    /// The client's key and what to answer when it comes again.
    pub idempotency: Option<Idempotency>,
    /// The sender's own references, each taken once per client.
    pub references: Vec<Reference>,
    /// Identifiers that become findable, or stop being so.
    pub claims: Vec<Claim>,
    /// New things that have an id of their own.
    pub entities: Vec<Entity>,
    /// Records that this append joins.
    pub links: Vec<Link>,
    /// When the log was told, for the synthetic county and for imports into an empty log. Never later than the
    /// database's clock, never before the event before it. `None` in service.
    pub recorded_at: Option<Timestamp>,
}

/// Events for one stream.
#[derive(Clone, Debug)]
pub struct StreamAppend {
    /// Which stream.
    pub stream: StreamId,
    /// The version on which the decision rests; 0 for a stream that does not exist yet.
    pub expected: u32,
    /// None for a stream on which the decision rests and to which nothing is added; one stream at least has some.
    pub events: Vec<NewEvent>,
}

/// Two records that are joined: they have to be read together from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// One of them.
    pub one: StreamId,
    /// The other.
    pub other: StreamId,
}

/// A decided event with whatever of its envelope is known before it is appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What was decided.
    pub draft: Draft,
    /// Who told it, and how; shared by the events of one request.
    pub provenance: Arc<Provenance>,
}

/// Who told an event, and how.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// When this system was told.
    pub received_at: Timestamp,
    /// Typed by a person or sent by a system.
    pub origin: Origin,
    /// Who.
    pub actor: Actor,
    /// The person behind a system; at most 100 characters.
    pub on_behalf_of: Option<String>,
    /// Why; at most 60 characters.
    pub purpose: String,
    /// Ties together what one request did.
    pub correlation: Uuid,
    /// The sender's own reference.
    pub source: Option<SourceReference>,
}

/// The client's key for a request, and what it is answered.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The registered client: keys of different clients never meet.
    pub client: String,
    /// The key.
    pub key: Uuid,
    /// SHA-256 over what was asked.
    pub fingerprint: [u8; 32],
    /// What is answered when it comes again; at most 64 KiB, holds ids only.
    pub answer: Vec<u8>,
}

/// A sender's own reference for something it told.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The registered client.
    pub client: String,
    /// Its reference.
    pub source: SourceReference,
    /// What it became here.
    pub entity: Uuid,
    /// In which stream.
    pub stream: StreamId,
}

/// An identifier in the blind index.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which kind; every kind but `Local` belongs to one stream at a time.
    pub kind: IdentifierKind,
    /// From [`crate::Store::blind`].
    pub blind: [u8; 32],
    /// Whose.
    pub stream: StreamId,
    /// True to give it up.
    pub release: bool,
}

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// A referral.
    Referral,
    /// An episode.
    Episode,
    /// An intervention.
    Intervention,
    /// An appointment.
    Appointment,
    /// A naloxone kit.
    Kit,
    /// A release plan.
    Plan,
    /// A release, named by its event.
    Release,
    /// An overdose.
    Overdose,
    /// A report of a death.
    Death,
    /// A need or a risk.
    Need,
    /// A grant, scheme or campaign of a person.
    Tag,
    /// A placement.
    Placement,
    /// An arrest.
    Arrest,
    /// A drug test in police detention.
    DrugTest,
    /// An assessment that the police require.
    Assessment,
    /// A requirement of a court's order.
    Requirement,
    /// A resolution out of court.
    Resolution,
    /// A spell in a cohort.
    Membership,
    /// An objection of a person.
    Objection,
    /// A restriction of a record.
    Restriction,
    /// A sharing agreement.
    Agreement,
    /// A look in an emergency.
    Glass,
    /// An erasure that was asked for.
    Erasure,
    /// A legal hold.
    Hold,
    /// A seal on a record.
    Seal,
    /// A membership of an organisation.
    Member,
    /// A system registered with an organisation.
    Client,
    /// Naloxone kits given to somebody who is not a client.
    Supply,
    /// Two records found to be one person's.
    Merge,
    /// A batch of naloxone called back.
    Recall,
    /// Any other event that can be named in a request.
    Event,
}

impl EntityKind {
    const ALL: [Self; 31] = [
        Self::Referral,
        Self::Episode,
        Self::Intervention,
        Self::Appointment,
        Self::Kit,
        Self::Plan,
        Self::Release,
        Self::Overdose,
        Self::Death,
        Self::Need,
        Self::Tag,
        Self::Placement,
        Self::Arrest,
        Self::DrugTest,
        Self::Assessment,
        Self::Requirement,
        Self::Resolution,
        Self::Membership,
        Self::Objection,
        Self::Restriction,
        Self::Agreement,
        Self::Glass,
        Self::Erasure,
        Self::Hold,
        Self::Seal,
        Self::Member,
        Self::Client,
        Self::Supply,
        Self::Merge,
        Self::Recall,
        Self::Event,
    ];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Referral => "referral",
            Self::Episode => "episode",
            Self::Intervention => "intervention",
            Self::Appointment => "appointment",
            Self::Kit => "kit",
            Self::Plan => "plan",
            Self::Release => "release",
            Self::Overdose => "overdose",
            Self::Death => "death",
            Self::Need => "need",
            Self::Tag => "tag",
            Self::Placement => "placement",
            Self::Arrest => "arrest",
            Self::DrugTest => "drug_test",
            Self::Assessment => "assessment",
            Self::Requirement => "requirement",
            Self::Resolution => "resolution",
            Self::Membership => "cohort_membership",
            Self::Objection => "objection",
            Self::Restriction => "restriction",
            Self::Agreement => "sharing_agreement",
            Self::Glass => "break_glass",
            Self::Erasure => "erasure",
            Self::Hold => "legal_hold",
            Self::Seal => "seal",
            Self::Member => "member",
            Self::Client => "client",
            Self::Supply => "supply",
            Self::Merge => "merge",
            Self::Recall => "recall",
            Self::Event => "event",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Something with an id of its own inside a stream.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: EntityKind,
    /// In which stream.
    pub stream: StreamId,
}

/// An append that is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Position of its first event.
    pub first_position: u64,
    /// Position of its last event; the ones between are all its own.
    pub last_position: u64,
    /// When the log was told.
    pub recorded_at: Timestamp,
    /// The version that each of its streams reached, in the order asked.
    pub versions: Vec<(StreamId, u32)>,
}

/// What came of an append. Only `Appended` wrote anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendOutcome {
    /// It is in the log.
    Appended(Appended),
    /// The same client sent the same request with this key before: give that answer again.
    Replayed {
        /// What was answered.
        answer: Vec<u8>,
        /// Position of the first event it recorded.
        first_position: u64,
        /// Position of the last event it recorded.
        last_position: u64,
    },
    /// Somebody else appended to a stream first: load and decide again.
    Conflict {
        /// Which stream.
        stream: StreamId,
        /// The version it has.
        actual: u32,
    },
    /// The key was used for another request.
    KeyReused,
    /// This client gave this reference before.
    DuplicateReference {
        /// What it became then.
        entity: Uuid,
    },
    /// Another record holds this identifier.
    IdentifierClaimed {
        /// Which kind.
        kind: IdentifierKind,
        /// Whose record.
        by: StreamId,
    },
}

impl AppendOutcome {
    /// The append, if it is in the log.
    pub fn appended(self) -> Option<Appended> {
        match self {
            Self::Appended(appended) => Some(appended),
            _ => None,
        }
    }
}
