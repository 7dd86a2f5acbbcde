//! An event as the feed shows it: the envelope and the coded fact, without identity.

use crate::api::wire::{ExternalReference, when};
use crate::time::WhenWire;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Origin, RecordedEvent};
use throughcare_domain::fact::Fact;
use throughcare_domain::stream::StreamKind;
use utoipa::ToSchema;
use uuid::Uuid;

/// The type of an event whose fact was erased.
const ERASED: &str = "erased";

/// An event.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventWire {
    /// Its id.
    pub id: Uuid,
    /// Its place in the log; the feed is in this order.
    pub position: u64,
    /// Its type, such as `custody.released`; `erased` when the fact was erased.
    #[serde(rename = "type")]
    #[schema(example = "custody.released")]
    pub event_type: String,
    /// Version of the form of `data`.
    pub schema_version: u16,
    /// What it is about: `person`, `service` or `organisation`.
    pub about: String,
    /// The person, when it is about one whom you see in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// Its place among the events about the same person, service or organisation, where you see all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_version: Option<u32>,
    /// When it was true.
    pub occurred: WhenWire,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// When this system knew; never decreases along the feed.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// `staff` or `machine`.
    pub origin: String,
    /// The organisation that recorded it.
    pub organisation: String,
    /// In which role.
    pub role: String,
    /// Through which client, for that organisation and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// By which user, for that organisation and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The person behind a system, for that organisation and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The sender's own reference, for that organisation and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<ExternalReference>,
    /// Why the record was made.
    pub purpose: String,
    /// Ties together what one request did.
    pub correlation_id: Uuid,
    /// The event that led to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// Its place in the tree, from 0, when proofs were asked for and a checkpoint goes so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf_index: Option<u64>,
    /// The coded fact: codes, dates and ids; `null` when it was erased. Its fields depend on `type`.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Value>,
}

/// The event as one organisation sees it. `whole` shows who typed it, whoever that was: for auditors. `known`: the
/// organisation sees all of what it is about.
pub fn wire(event: &RecordedEvent, organisation: &OrganisationCode, whole: bool, known: bool) -> EventWire {
    let envelope = &event.envelope;
    let whole = whole || envelope.actor.organisation == *organisation;
    EventWire {
        id: envelope.id.0,
        position: envelope.position,
        event_type: event.fact().map_or(ERASED, Fact::event_type).to_owned(),
        schema_version: envelope.schema_version,
        about: envelope.stream.kind.as_str().to_owned(),
        person_id: (known && envelope.stream.kind == StreamKind::Person).then_some(envelope.stream.id),
        stream_version: known.then_some(envelope.stream_version),
        occurred: when(envelope.occurred),
        received_at: envelope.received_at,
        recorded_at: envelope.recorded_at,
        origin: match envelope.origin {
            Origin::Staff => "staff",
            Origin::Machine => "machine",
        }
        .to_owned(),
        organisation: envelope.actor.organisation.to_string(),
        role: envelope.actor.role.as_str().to_owned(),
        client: whole.then(|| envelope.actor.client.clone()),
        user: envelope.actor.user.clone().filter(|_| whole),
        on_behalf_of: envelope.on_behalf_of.clone().filter(|_| whole),
        external_reference: envelope
            .source
            .clone()
            .filter(|_| whole)
            .map(|source| ExternalReference {
                system: source.system,
                value: source.value,
            }),
        purpose: envelope.purpose.clone(),
        correlation_id: envelope.correlation,
        causation_id: envelope.causation.map(|cause| cause.0),
        leaf_index: None,
        data: event.fact().and_then(|fact| serde_json::to_value(fact).ok()),
    }
}

#[cfg(test)]
pub(super) mod tests;
