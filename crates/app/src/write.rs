//! From a decision to an append: provenance, entities, claims.

use crate::answer::Created;
use crate::caller::Request;
use std::sync::Arc;
use throughcare_domain::access::Purpose;
use throughcare_domain::event::{Draft, RecordedEvent};
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::stream::StreamId;
use throughcare_store::{
    Append, Claim, Entity, EntityKind, NewEvent, Provenance, Reference, Store, StreamAppend,
};
use uuid::Uuid;

/// The purpose under which records are made when nobody says another.
const PURPOSE: &str = "direct_care";

/// What the drafts create: ids that can be addressed in later requests.
pub fn entities_of(drafts: &[Draft]) -> Vec<(EntityKind, Uuid)> {
    let mut made: Vec<_> = drafts
        .iter()
        .filter_map(|draft| made_by(&draft.fact, draft.id))
        .collect();
    // Referred to and started at once: one intervention.
    let mut seen = std::collections::HashSet::new();
    made.retain(|(_, id)| seen.insert(*id));
    made
}

/// What a fact makes that has an id of its own.
fn made_by(fact: &Fact, event: EventId) -> Option<(EntityKind, Uuid)> {
    match fact {
        Fact::ReferralReceived(f) => Some((EntityKind::Referral, f.referral.0)),
        Fact::EpisodeOpened(f) => Some((EntityKind::Episode, f.episode.0)),
        Fact::InterventionStarted(f) => Some((EntityKind::Intervention, f.intervention.0)),
        Fact::InterventionReferred(f) => Some((EntityKind::Intervention, f.intervention.0)),
        Fact::AppointmentOffered(f) => Some((EntityKind::Appointment, f.appointment.0)),
        Fact::KitIssued(f) => Some((EntityKind::Kit, f.kit.0)),
        Fact::KitPlacedInProperty(f) => Some((EntityKind::Kit, f.kit.0)),
        Fact::ReleasePlanned(f) => Some((EntityKind::Plan, f.plan.0)),
        Fact::OverdoseReported(f) => Some((EntityKind::Overdose, f.overdose.0)),
        Fact::DeathReported(f) => Some((EntityKind::Death, f.death.0)),
        Fact::NeedRaised(f) => Some((EntityKind::Need, f.need.0)),
        Fact::TagAdded(f) => Some((EntityKind::Tag, f.tag.0)),
        Fact::PlacementStarted(f) => Some((EntityKind::Placement, f.placement.0)),
        Fact::Arrested(f) => Some((EntityKind::Arrest, f.arrest.0)),
        Fact::DrugTested(f) => Some((EntityKind::DrugTest, f.test.0)),
        Fact::AssessmentRequired(f) => Some((EntityKind::Assessment, f.assessment.0)),
        Fact::RequirementImposed(f) => Some((EntityKind::Requirement, f.requirement.0)),
        Fact::ResolvedOutOfCourt(f) => Some((EntityKind::Resolution, f.resolution.0)),
        Fact::CohortJoined(f) => Some((EntityKind::Membership, f.membership.0)),
        Fact::RecordsMerged(f) => Some((EntityKind::Merge, f.merge.0)),
        Fact::ObjectionMade(f) => Some((EntityKind::Objection, f.objection.0)),
        Fact::RestrictionPlaced(f) => Some((EntityKind::Restriction, f.restriction.0)),
        Fact::AgreementApplied(f) => Some((EntityKind::Agreement, f.agreement.0)),
        Fact::GlassBroken(f) => Some((EntityKind::Glass, f.glass.0)),
        Fact::ErasureAsked(f) => Some((EntityKind::Erasure, f.erasure.0)),
        Fact::HoldPlaced(f) => Some((EntityKind::Hold, f.hold.0)),
        Fact::RecordSealed(f) => Some((EntityKind::Seal, f.seal.0)),
        Fact::MemberGranted(f) => Some((EntityKind::Member, f.member.0)),
        Fact::ClientRegistered(f) => Some((EntityKind::Client, f.registration.0)),
        Fact::SuppliedToOther(f) => Some((EntityKind::Supply, f.supply.0)),
        Fact::BatchRecalled(f) => Some((EntityKind::Recall, f.recall.0)),
        Fact::Released(_) => Some((EntityKind::Release, event.0)),
        _ => None,
    }
}

/// True when one of these events made something with this id, or has the id itself.
pub(crate) fn tells_of(history: &History, id: Uuid) -> bool {
    history.events().iter().any(|event| {
        let made = event.fact().and_then(|fact| made_by(fact, event.envelope.id));
        event.envelope.id.0 == id || made.is_some_and(|(_, made)| made == id)
    })
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

/// The append of decided events to a person's record, on whose history they rest: other records that were joined with
/// it must stand where they stood.
pub(crate) fn append_to(
    store: &Store,
    person: PersonId,
    drafts: Vec<Draft>,
    request: &Request,
    before: &History,
) -> Append {
    if before.events().is_empty() {
        return append_of(store, StreamId::person(person), 0, drafts, request, before);
    }
    let stream = before.stream();
    let mut append = append_of(store, stream, before.version(), drafts, request, before);
    append.streams.extend(unchanged(before, &[stream]));
    append
}

/// The streams of a history but for some, to be found at the version that they have.
pub(crate) fn unchanged(history: &History, but: &[StreamId]) -> Vec<StreamAppend> {
    let others = history.streams().into_iter();
    others
        .filter(|(stream, _)| !but.contains(stream))
        .map(|(stream, expected)| StreamAppend {
            stream,
            expected,
            events: Vec::new(),
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
    before: &History,
) -> Append {
    let mut entities = entities_of(&drafts);
    // What was voided and entered again keeps its id, which is addressed already, and so does an intervention that
    // starts after the person was referred to it.
    let again = drafts
        .iter()
        .any(|draft| matches!(draft.fact, Fact::EventVoided(_) | Fact::InterventionStarted(_)));
    if again {
        let made: Vec<Uuid> = before
            .events()
            .iter()
            .filter_map(|event| made_by(event.fact()?, event.envelope.id))
            .map(|(_, id)| id)
            .collect();
        entities.retain(|(_, id)| !made.contains(id));
    }
    let provenance = Arc::new(Provenance {
        received_at: request.received_at,
        origin: request.caller.origin(),
        actor: request.caller.actor.clone(),
        on_behalf_of: request.caller.on_behalf_of.clone(),
        purpose: request.caller.purpose.map_or(PURPOSE, Purpose::id).to_owned(),
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
fn claims_of(store: &Store, stream: StreamId, drafts: &[Draft], before: &History) -> Vec<Claim> {
    let claim = |kind, value: &str, release| Claim {
        kind,
        blind: store.blind(kind, value),
        stream,
        release,
    };
    let again = |event: EventId, release| {
        let (kind, value) = identifier_of(before, event)?;
        Some(claim(kind, value, release))
    };
    drafts
        .iter()
        .filter_map(|draft| match &draft.fact {
            Fact::IdentifierRecorded(f) => {
                let value = draft.identity.as_ref()?.identifier.as_deref()?;
                Some(claim(f.kind, value, false))
            }
            Fact::IdentifierWithdrawn(f) => again(f.recorded_by, true),
            // Nobody is found any more by an identifier that was entered in error; but again, when its withdrawal
            // or its correction was the error.
            Fact::EventVoided(f) => match recorded(before, f.event)?.fact()? {
                Fact::IdentifierRecorded(_) => again(f.event, true),
                Fact::IdentifierWithdrawn(withdrawn) => again(withdrawn.recorded_by, false),
                Fact::EventVoided(voided) => again(voided.event, false),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn recorded(history: &History, event: EventId) -> Option<&RecordedEvent> {
    history.events().iter().find(|one| one.envelope.id == event)
}

/// The identifier that an event recorded.
fn identifier_of(history: &History, event: EventId) -> Option<(IdentifierKind, &str)> {
    let event = recorded(history, event)?;
    match event.fact()? {
        Fact::IdentifierRecorded(f) => Some((f.kind, event.identity.as_ref()?.identifier.as_deref()?)),
        _ => None,
    }
}

/// The blind index of an identifier.
pub(crate) fn blind(store: &Store, identifier: &Identifier) -> [u8; 32] {
    store.blind(identifier.kind(), identifier.value())
}
