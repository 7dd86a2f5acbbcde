//! From a decision to an append: provenance, entities, claims.

use crate::answer::Created;
use crate::caller::Request;
use std::sync::Arc;
use throughcare_domain::event::Draft;
use throughcare_domain::fact::Fact;
use throughcare_domain::identifier::Identifier;
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::StreamId;
use throughcare_store::{
    Append, Claim, Entity, EntityKind, NewEvent, Provenance, Reference, Store, StreamAppend,
};
use uuid::Uuid;

/// The purpose under which records are made until clients are registered for others.
const PURPOSE: &str = "direct_care";

/// What the drafts create: ids that can be addressed in later requests.
pub fn entities_of(drafts: &[Draft]) -> Vec<(EntityKind, Uuid)> {
    drafts
        .iter()
        .filter_map(|draft| match &draft.fact {
            Fact::ReferralReceived(f) => Some((EntityKind::Referral, f.referral.0)),
            Fact::EpisodeOpened(f) => Some((EntityKind::Episode, f.episode.0)),
            Fact::InterventionStarted(f) => Some((EntityKind::Intervention, f.intervention.0)),
            Fact::KitIssued(f) => Some((EntityKind::Kit, f.kit.0)),
            Fact::KitPlacedInProperty(f) => Some((EntityKind::Kit, f.kit.0)),
            Fact::ReleasePlanned(f) => Some((EntityKind::Plan, f.plan.0)),
            Fact::Released(_) => Some((EntityKind::Release, draft.id.0)),
            _ => None,
        })
        .collect()
}

/// As [`entities_of`], for an answer.
pub(crate) fn created(drafts: &[Draft]) -> Vec<Created> {
    entities_of(drafts)
        .into_iter()
        .map(|(kind, id)| Created {
            kind: kind.as_str().to_owned(),
            id,
        })
        .collect()
}

/// The append of decided events to one stream, with everything that goes into the same transaction except the
/// idempotency record.
pub fn append_of(
    store: &Store,
    stream: StreamId,
    expected: u32,
    drafts: Vec<Draft>,
    request: &Request,
    before: &PersonState,
) -> Append {
    let entities = entities_of(&drafts);
    let provenance = Arc::new(Provenance {
        received_at: request.received_at,
        origin: request.caller.origin(),
        actor: request.caller.actor.clone(),
        on_behalf_of: request.caller.on_behalf_of.clone(),
        purpose: PURPOSE.to_owned(),
        correlation: request.correlation,
        source: request.source.clone(),
    });
    // A reference leads to what was created, else to the event: never to the record itself, whose id a sender
    // may not learn.
    let told = drafts.first().map(|draft| (EntityKind::Event, draft.id.0));
    let entities = if entities.is_empty() && request.source.is_some() {
        told.into_iter().collect()
    } else {
        entities
    };
    let references = request.source.iter().map(|source| Reference {
        client: request.caller.actor.client.clone(),
        source: source.clone(),
        entity: entities.first().map_or(stream.id, |(_, id)| *id),
        stream,
    });
    Append {
        references: references.collect(),
        claims: claims_of(store, stream, &drafts, before),
        entities: entities
            .into_iter()
            .map(|(kind, id)| Entity { id, kind, stream })
            .collect(),
        streams: vec![StreamAppend {
            stream,
            expected,
            events: drafts
                .into_iter()
                .map(|draft| NewEvent {
                    draft,
                    provenance: provenance.clone(),
                })
                .collect(),
        }],
        ..Append::default()
    }
}

/// Identifiers that become findable or stop being so.
fn claims_of(store: &Store, stream: StreamId, drafts: &[Draft], before: &PersonState) -> Vec<Claim> {
    drafts
        .iter()
        .filter_map(|draft| match &draft.fact {
            Fact::IdentifierRecorded(f) => {
                let value = draft.identity.as_ref()?.identifier.as_deref()?;
                Some(Claim {
                    kind: f.kind,
                    blind: store.blind(f.kind, value),
                    stream,
                    release: false,
                })
            }
            Fact::IdentifierWithdrawn(f) => {
                let known = before
                    .identity
                    .identifiers
                    .iter()
                    .find(|known| known.recorded.by == f.recorded_by)?;
                let value = known.value.as_deref()?;
                Some(Claim {
                    kind: known.kind,
                    blind: store.blind(known.kind, value),
                    stream,
                    release: true,
                })
            }
            _ => None,
        })
        .collect()
}

/// The blind index of an identifier.
pub(crate) fn blind(store: &Store, identifier: &Identifier) -> [u8; 32] {
    store.blind(identifier.kind(), identifier.value())
}
