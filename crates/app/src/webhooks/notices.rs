//! What a receiver is told of an event, if anything: judged when it is noted, and again whenever it is sent.

use super::carried::About;
use crate::caller::{Caller, Standing};
use crate::looks::{Extent, Looks};
use crate::query::told::Judge;
use throughcare_domain::event::{Actor, RecordedEvent};
use throughcare_domain::id::PersonId;
use throughcare_domain::notice::Notice;
use throughcare_domain::stream::StreamKind;
use throughcare_store::Webhook;

/// What is told of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) notice: Notice,
    /// The person, for those who see the record.
    pub(super) person: Option<PersonId>,
    pub(super) about: About,
}

/// Whom a webhook tells: the system that it names, by itself.
pub(super) fn caller_of(webhook: &Webhook) -> Caller {
    Caller {
        actor: Actor {
            client: webhook.client.clone(),
            user: None,
            organisation: webhook.organisation.clone(),
            role: webhook.role,
        },
        on_behalf_of: None,
        purpose: None,
        looks: Looks::default(),
        standing: Standing::Claims(webhook.organisation.clone()),
    }
}

/// What a receiver is told of an event: what the feed shows it, and the stages of the referrals that it sent or was asked
/// to take on. Nothing of events that the webhook was not made for.
pub(super) fn told(judge: &mut Judge<'_>, event: &RecordedEvent, kinds: &[String]) -> Option<Told> {
    let stream = event.envelope.stream;
    let referral = judge.referral(event);
    let shown = judge.told(event);
    let fact = match &shown {
        Some(shown) => shown.fact()?,
        // Its stages are its sender's and the service's to know, whoever records them: GET /v1/referrals/{id} shows them.
        None if referral.is_some() => event.fact()?,
        None => return None,
    };
    let notice = match (referral, Notice::of(fact)) {
        // A correction that moves a stage.
        (Some(_), Notice::PersonUpdated) => Notice::ReferralUpdated,
        (_, notice) => notice,
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| kind == notice.name()) {
        return None;
    }
    let is_person = stream.kind == StreamKind::Person;
    let person = (is_person && shown.is_some() && judge.knows(stream)).then_some(PersonId(stream.id));
    let about = match (referral, person, stream.kind) {
        (Some(referral), ..) => About::Referral(referral),
        (None, Some(person), _) => About::Person(person),
        (None, None, StreamKind::Organisation) => {
            About::Organisation(event.envelope.actor.organisation.clone())
        }
        (None, None, StreamKind::Person | StreamKind::Service) => About::Event,
    };
    Some(Told {
        notice,
        person,
        about,
    })
}

/// Notes for the access log that somebody is told of.
pub(super) fn note(caller: &Caller, judge: &mut Judge<'_>, event: &RecordedEvent) {
    let stream = event.envelope.stream;
    if stream.kind == StreamKind::Person {
        let grounds = judge.grounds(stream);
        caller
            .looks
            .note(Some(PersonId(stream.id)), Extent::Notice, grounds);
    }
}
