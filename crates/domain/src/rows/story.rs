//! A short way to tell a person's history in tests: what happened, on which day, and when it was recorded.

mod course;

pub(crate) use course::*;

use crate::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::event::{Actor, Body, Envelope, Origin, RecordedEvent, Role};
use crate::fact::*;
use crate::history::History;
use crate::id::{
    DeathId, EpisodeId, EventId, InterventionId, KitId, OverdoseId, PersonId, PlanId, RecallId, ReferralId,
};
use crate::state::PersonState;
use crate::stream::StreamId;
use crate::when::Occurred;
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

mod justice;
mod more;
mod protection;
mod sharing;
mod sight;
pub(crate) use justice::*;
pub(crate) use more::*;
pub(crate) use protection::*;
pub(crate) use sharing::*;
pub(crate) use sight::*;

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

pub(crate) fn organisation(text: &str) -> OrganisationCode {
    OrganisationCode::parse(text).unwrap()
}

pub(crate) fn service(text: &str) -> ServiceCode {
    ServiceCode::parse(text).unwrap()
}

pub(crate) fn area(text: &str) -> AreaCode {
    AreaCode::parse(text).unwrap()
}

pub(crate) fn prison(text: &str) -> PrisonCode {
    PrisonCode::parse(text).unwrap()
}

/// What happened to one person.
#[derive(Clone)]
pub(crate) struct Story {
    by: OrganisationCode,
    events: Vec<RecordedEvent>,
}

impl Story {
    /// Nothing yet; recorded by `northshire` until told otherwise.
    pub(crate) fn new() -> Self {
        Self {
            by: organisation("northshire"),
            events: Vec::new(),
        }
    }

    /// What follows is recorded by this organisation.
    pub(crate) fn by(mut self, code: &str) -> Self {
        self.by = organisation(code);
        self
    }

    /// It happened, and was recorded at noon of the same day.
    pub(crate) fn on(self, happened: &str, fact: impl Into<Fact>) -> Self {
        self.told(happened, happened, fact)
    }

    /// It happened on one day and was recorded at noon of another.
    pub(crate) fn told(self, happened: &str, recorded: &str, fact: impl Into<Fact>) -> Self {
        let recorded: Timestamp = format!("{recorded}T12:00:00Z").parse().unwrap();
        self.add(Occurred::On(day(happened)), recorded, fact.into())
    }

    /// It happened, and was recorded, at an instant.
    pub(crate) fn at(self, happened: &str, fact: impl Into<Fact>) -> Self {
        let at: Timestamp = happened.parse().unwrap();
        self.add(Occurred::At(at), at, fact.into())
    }

    fn add(mut self, occurred: Occurred, recorded_at: Timestamp, fact: Fact) -> Self {
        let number = self.events.len() as u32 + 1;
        self.events.push(RecordedEvent {
            envelope: Envelope {
                id: event(u128::from(number)),
                schema_version: 1,
                stream: StreamId::person(PersonId(Uuid::from_u128(1))),
                stream_version: number,
                position: u64::from(number),
                occurred,
                received_at: recorded_at,
                recorded_at,
                origin: Origin::Staff,
                actor: Actor {
                    client: "test".into(),
                    user: None,
                    organisation: self.by.clone(),
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
        });
        self
    }

    pub(crate) fn state(&self) -> PersonState {
        PersonState::fold(&self.events)
    }

    pub(crate) fn history(&self) -> History {
        History::new(self.events.clone())
    }

    /// The same events in other orders of arrival.
    pub(crate) fn other_orders(&self) -> impl Iterator<Item = Vec<RecordedEvent>> {
        let events = self.events.clone();
        (0..events.len()).flat_map(move |turn| {
            let mut turned = events.clone();
            turned.rotate_left(turn);
            let mut back = turned.clone();
            back.reverse();
            [turned, back]
        })
    }
}

/// The id of the nth event of a story, from 1.
pub(crate) fn event(n: u128) -> EventId {
    EventId(Uuid::from_u128(0xE000 + n))
}

pub(crate) fn referral_id(n: u128) -> ReferralId {
    ReferralId(Uuid::from_u128(0xA000 + n))
}

pub(crate) fn episode_id(n: u128) -> EpisodeId {
    EpisodeId(Uuid::from_u128(0xB000 + n))
}

pub(crate) fn kit_id(n: u128) -> KitId {
    KitId(Uuid::from_u128(0xC000 + n))
}

pub(crate) fn plan_id(n: u128) -> PlanId {
    PlanId(Uuid::from_u128(0xD000 + n))
}

pub(crate) fn overdose_id(n: u128) -> OverdoseId {
    OverdoseId(Uuid::from_u128(0x1_0000 + n))
}

pub(crate) fn death_id(n: u128) -> DeathId {
    DeathId(Uuid::from_u128(0x2_0000 + n))
}

pub(crate) fn recall_id(n: u128) -> RecallId {
    RecallId(Uuid::from_u128(0x3_0000 + n))
}

/// An overdose of heroin that was survived.
pub(crate) fn overdosed(n: u128) -> OverdoseReported {
    OverdoseReported {
        overdose: overdose_id(n),
        outcome: code("hospital"),
        substances: vec![code("1011")],
        place: None,
        naloxone_given: Some(true),
        ambulance_called: None,
    }
}

/// A death that the family reports.
pub(crate) fn reported_dead(n: u128) -> DeathReported {
    DeathReported {
        death: death_id(n),
        source: code("family"),
        suspected: code("drugs"),
    }
}

pub(crate) fn intervention_id(n: u128) -> InterventionId {
    InterventionId(Uuid::from_u128(0xF000 + n))
}

/// A referral from the prison's organisation to a service of the directory below.
pub(crate) fn referral(n: u128, to: &str) -> ReferralReceived {
    let directory = directory();
    let asked = directory.service(&service(to)).unwrap();
    ReferralReceived {
        referral: referral_id(n),
        source: code("prison"),
        from_organisation: organisation("gatehouse"),
        from_service: None,
        to_service: asked.code.clone(),
        to_organisation: asked.organisation.clone(),
        to_kind: asked.kind,
        transfer_of: None,
        substances: vec![code("1011")],
    }
}

pub(crate) fn accepted(n: u128) -> ReferralAccepted {
    ReferralAccepted {
        referral: referral_id(n),
    }
}

pub(crate) fn rejected(n: u128) -> ReferralRejected {
    ReferralRejected {
        referral: referral_id(n),
        reason: code("out_of_area"),
    }
}

pub(crate) fn withdrawn(n: u128) -> ReferralWithdrawn {
    ReferralWithdrawn {
        referral: referral_id(n),
        reason: code("moved_away"),
    }
}

pub(crate) fn triaged(n: u128, outcome: &str) -> Triaged {
    let needed = outcome == "treatment_needed";
    Triaged {
        referral: referral_id(n),
        outcome: code(outcome),
        treatment_needed: needed,
        substances: Vec::new(),
    }
}

/// The episode of a referral, with the same number.
pub(crate) fn opened(n: u128, at: &str) -> EpisodeOpened {
    let directory = directory();
    let found = directory.service(&service(at)).unwrap();
    EpisodeOpened {
        episode: episode_id(n),
        service: found.code.clone(),
        organisation: found.organisation.clone(),
        kind: found.kind,
        referral: Some(referral_id(n)),
    }
}

pub(crate) fn placed(n: u128, intervention: &str) -> PlacedOnWaitingList {
    PlacedOnWaitingList {
        episode: episode_id(n),
        intervention: code(intervention),
    }
}

pub(crate) fn taken_off(n: u128) -> TakenOffWaitingList {
    TakenOffWaitingList {
        episode: episode_id(n),
        reason: code("need_changed"),
    }
}

/// Intervention `one` of episode `n`.
pub(crate) fn started(n: u128, one: u128, intervention: &str) -> InterventionStarted {
    InterventionStarted {
        episode: episode_id(n),
        intervention: intervention_id(one),
        code: code(intervention),
        structured: matches!(intervention, "94" | "95"),
        setting: code("community"),
    }
}

pub(crate) fn ended(n: u128, one: u128) -> InterventionEnded {
    InterventionEnded {
        episode: episode_id(n),
        intervention: intervention_id(one),
        exit: code("A"),
    }
}

pub(crate) fn exit(n: u128, reason: &str) -> ExitRecorded {
    let outcome = match reason {
        "80" | "81" | "82" => ExitOutcome::SuccessfulCompletion,
        "83" | "84" => ExitOutcome::Transfer,
        "85" | "86" | "87" => ExitOutcome::Unplanned,
        "71" | "88" => ExitOutcome::Declined,
        "89" => ExitOutcome::Death,
        _ => ExitOutcome::Unknown,
    };
    ExitRecorded {
        episode: episode_id(n),
        reason: code(reason),
        outcome,
        profile: None,
    }
}

pub(crate) fn received(into: &str) -> Received {
    Received {
        prison: Some(prison(into)),
        reason: code("N"),
        recall: false,
    }
}

pub(crate) fn released(from: &str, effect: ReleaseEffect, to: Option<&str>) -> Released {
    Released {
        prison: Some(prison(from)),
        reason: code("CR"),
        effect,
        area: to.map(area),
        no_fixed_abode: false,
        referral_on_release: None,
    }
}

pub(crate) fn planned(n: u128, from: &str, on: &str, to: Option<&str>) -> ReleasePlanned {
    ReleasePlanned {
        plan: plan_id(n),
        prison: prison(from),
        planned_on: day(on),
        area: to.map(area),
        no_fixed_abode: false,
    }
}

pub(crate) fn unclassified(from: &str) -> MovementUnclassified {
    MovementUnclassified {
        movement_type: code("ADM"),
        reason: code("QQ"),
        prison: Some(prison(from)),
    }
}

fn pack(expires: &str) -> Pack {
    Pack {
        product: code("nyxoid"),
        batch: code("B1"),
        expires_on: day(expires),
        doses: 2,
    }
}

pub(crate) fn issued(n: u128, expires: &str) -> KitIssued {
    KitIssued {
        kit: kit_id(n),
        pack: pack(expires),
        service: service("northshire-community"),
        replaces: None,
    }
}

pub(crate) fn in_property(n: u128, expires: &str) -> KitPlacedInProperty {
    KitPlacedInProperty {
        kit: kit_id(n),
        pack: pack(expires),
        service: service("moorland-health"),
        prison: prison("MDI"),
    }
}

pub(crate) fn used(n: u128) -> KitUsed {
    KitUsed {
        kit: kit_id(n),
        doses: Some(1),
        used_on: UsedOn::SomebodyElse,
        outcome: code("survived"),
        place: None,
    }
}

pub(crate) const NORTHSHIRE: &str = "E10000001";
pub(crate) const SOUTHSHIRE: &str = "E10000002";

/// Two community services, a prison's and a partnership's, each of its own organisation.
pub(crate) fn directory() -> Directory {
    let services = [
        (
            "northshire",
            "northshire-community",
            ServiceKind::Community,
            Some(NORTHSHIRE),
            None,
        ),
        (
            "southshire",
            "southshire-community",
            ServiceKind::Community,
            Some(SOUTHSHIRE),
            None,
        ),
        (
            "gatehouse",
            "moorland-health",
            ServiceKind::Prison,
            None,
            Some("MDI"),
        ),
        (
            "county",
            "county-partnership",
            ServiceKind::Partnership,
            None,
            None,
        ),
    ];
    let mut story = Story::new();
    for (owner, code, kind, serves, works_in) in services {
        let fact = ServiceOpened {
            service: service(code),
            name: code.into(),
            kind,
            areas: serves.map(area).into_iter().collect(),
            prisons: works_in.map(prison).into_iter().collect(),
        };
        story = story.by(owner).on("2020-01-01", fact);
    }
    Directory::fold(&story.events)
}
