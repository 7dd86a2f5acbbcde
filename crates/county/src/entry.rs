//! One append of the county.

use jiff::Timestamp;
use throughcare_domain::event::{Actor, Body, Draft, Envelope, Origin, RecordedEvent, SourceReference};
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// What one request recorded: the events of one append to one stream.
///
/// No entry withdraws an identifier, so the claims on identifiers follow from the drafts alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stream.
    pub stream: StreamId,
    /// The version of the stream before the append: 0 for its first entry.
    pub expected_version: u32,
    /// When it was recorded; never decreases from entry to entry.
    pub recorded_at: Timestamp,
    /// When it arrived. Earlier than `recorded_at` for a message that waited for its person to be known.
    pub received_at: Timestamp,
    /// Who recorded it.
    pub actor: Actor,
    /// Typed by staff, or sent by a system.
    pub origin: Origin,
    /// The sender's reference; unique in the county per system.
    pub source: Option<SourceReference>,
    /// Ties the events of the request together.
    pub correlation: Uuid,
    /// The events; at least one.
    pub drafts: Vec<Draft>,
    /// Ids in them that were made by an earlier entry: of interventions to which the person was referred before.
    pub made_before: Vec<Uuid>,
}

impl Entry {
    /// The events as they are read back once appended, with position 0.
    pub fn recorded(&self) -> impl Iterator<Item = RecordedEvent> {
        let versions = self.expected_version + 1..;
        self.drafts
            .iter()
            .zip(versions)
            .map(|(draft, version)| RecordedEvent {
                envelope: Envelope {
                    id: draft.id,
                    schema_version: 1,
                    stream: self.stream,
                    stream_version: version,
                    position: 0,
                    occurred: draft.occurred,
                    received_at: self.received_at,
                    recorded_at: self.recorded_at,
                    origin: self.origin,
                    actor: self.actor.clone(),
                    on_behalf_of: None,
                    purpose: "direct_care".to_owned(),
                    correlation: self.correlation,
                    causation: draft.causation,
                    source: self.source.clone(),
                },
                body: Body::Fact(draft.fact.clone()),
                identity: draft.identity.clone(),
            })
    }
}
