//! Voiding what was entered in error, and entering in its place what is true.
//!
//! Source: `design.md`, family Correction; `cases.md` N4.

use super::{Making, Planned};
use crate::code::Code;
use crate::command::Command;
use crate::event::RecordedEvent;
use crate::fact::{EventVoided, Fact, Replaced, ReplacementEntered};
use crate::id::{
    AgreementId, AppointmentId, ArrestId, AssessmentId, DeathId, DrugTestId, EpisodeId, EventId,
    InterventionId, KitId, MembershipId, NeedId, ObjectionId, OverdoseId, PlacementId, PlanId, ReferralId,
    RequirementId, ResolutionId, RestrictionId, TagId,
};
use std::collections::VecDeque;
use uuid::Uuid;

/// Most events voided by one command.
pub const MOST_VOIDED: usize = 64;

impl Making<'_, '_> {
    pub(super) fn correction(&mut self, command: &Command) {
        match command {
            Command::VoidEvents {
                events,
                reason,
                replaced,
            } => self.void(events, reason, *replaced),
            Command::EnterReplacement {
                replaces,
                from_elsewhere,
            } => self.record(ReplacementEntered {
                replaces: replaces.clone(),
                from_elsewhere: *from_elsewhere,
            }),
            _ => {}
        }
    }

    fn void(&mut self, events: &[EventId], reason: &Code, replaced: Replaced) {
        self.code("correction-reasons", reason, "/reason");
        for (at, event) in events.iter().enumerate() {
            let pointer = format!("/events/{at}");
            if events[..at].contains(event) {
                self.fault(
                    &pointer,
                    "named_twice",
                    "This entry is named twice. Name it once.",
                );
                continue;
            }
            match self.history.events().iter().find(|one| one.envelope.id == *event) {
                None => self.fault(
                    &pointer,
                    "unknown_event",
                    "This record has no such entry. GET /v1/people/{id}/timeline lists them.",
                ),
                Some(_) if self.state.voided(*event).is_some() => {
                    self.fault(&pointer, "already_voided", "This entry was voided before. Leave it out.");
                }
                Some(one)
                    if matches!(
                        one.fact(),
                        Some(Fact::RecordsMerged(_) | Fact::MergeUndone(_) | Fact::MarkedNeverToMatch(_))
                    ) =>
                {
                    self.fault(
                        &pointer,
                        "of_two_records",
                        "This stands in two records and is not voided in one. Undo the merge, or join the records again.",
                    );
                }
                Some(one)
                    if matches!(
                        one.fact(),
                        Some(
                            Fact::SightWithheld(_)
                                | Fact::GlassBroken(_)
                                | Fact::GlassReviewed(_)
                                | Fact::ErasureAsked(_)
                                | Fact::ErasureConfirmed(_)
                                | Fact::ErasureTakenBack(_)
                                | Fact::HoldPlaced(_)
                                | Fact::HoldLifted(_)
                        )
                    ) =>
                {
                    self.fault(
                        &pointer,
                        "says_who_saw",
                        "This says who may see the record, who looked in an emergency, or whether the record is kept. It stays \
                         as it is.",
                    );
                }
                Some(one) if matches!(one.fact(), Some(Fact::PersonRegistered(_))) => self.fault(
                    &pointer,
                    "opens_the_record",
                    "The opening of a record cannot be voided. Correct the details, or ask for the record to be joined with the right one.",
                ),
                Some(_) => {}
            }
            self.record(EventVoided {
                event: *event,
                reason: reason.clone(),
                replaced,
            });
        }
    }
}

/// The ids of things whose entry is voided. What is entered in its place keeps them, so that everything that
/// names the referral, episode or kit goes on naming it.
#[derive(Default)]
pub(super) struct Freed {
    referrals: VecDeque<ReferralId>,
    episodes: VecDeque<EpisodeId>,
    interventions: VecDeque<InterventionId>,
    appointments: VecDeque<AppointmentId>,
    kits: VecDeque<KitId>,
    plans: VecDeque<PlanId>,
    overdoses: VecDeque<OverdoseId>,
    deaths: VecDeque<DeathId>,
    needs: VecDeque<NeedId>,
    tags: VecDeque<TagId>,
    placements: VecDeque<PlacementId>,
    arrests: VecDeque<ArrestId>,
    tests: VecDeque<DrugTestId>,
    assessments: VecDeque<AssessmentId>,
    requirements: VecDeque<RequirementId>,
    resolutions: VecDeque<ResolutionId>,
    memberships: VecDeque<MembershipId>,
    objections: VecDeque<ObjectionId>,
    restrictions: VecDeque<RestrictionId>,
    agreements: VecDeque<AgreementId>,
}

impl Freed {
    /// The ids of what is planned are free for it.
    pub(super) fn of(planned: &Planned) -> Self {
        Self {
            referrals: planned.referral.into_iter().collect(),
            episodes: planned.episode.into_iter().collect(),
            interventions: planned.interventions.iter().copied().collect(),
            ..Self::default()
        }
    }

    /// Takes note of the things that these events made.
    pub(super) fn add(&mut self, events: &[RecordedEvent], voided: &[EventId]) {
        for event in events.iter().filter(|event| voided.contains(&event.envelope.id)) {
            match event.fact() {
                Some(Fact::ReferralReceived(f)) => self.referrals.push_back(f.referral),
                Some(Fact::EpisodeOpened(f)) => self.episodes.push_back(f.episode),
                Some(Fact::InterventionStarted(f)) => self.interventions.push_back(f.intervention),
                Some(Fact::InterventionReferred(f)) => self.interventions.push_back(f.intervention),
                Some(Fact::AppointmentOffered(f)) => self.appointments.push_back(f.appointment),
                Some(Fact::KitIssued(f)) => self.kits.push_back(f.kit),
                Some(Fact::KitPlacedInProperty(f)) => self.kits.push_back(f.kit),
                Some(Fact::ReleasePlanned(f)) => self.plans.push_back(f.plan),
                Some(Fact::OverdoseReported(f)) => self.overdoses.push_back(f.overdose),
                Some(Fact::DeathReported(f)) => self.deaths.push_back(f.death),
                Some(Fact::NeedRaised(f)) => self.needs.push_back(f.need),
                Some(Fact::TagAdded(f)) => self.tags.push_back(f.tag),
                Some(Fact::PlacementStarted(f)) => self.placements.push_back(f.placement),
                Some(Fact::Arrested(f)) => self.arrests.push_back(f.arrest),
                Some(Fact::DrugTested(f)) => self.tests.push_back(f.test),
                Some(Fact::AssessmentRequired(f)) => self.assessments.push_back(f.assessment),
                Some(Fact::RequirementImposed(f)) => self.requirements.push_back(f.requirement),
                Some(Fact::ResolvedOutOfCourt(f)) => self.resolutions.push_back(f.resolution),
                Some(Fact::CohortJoined(f)) => self.memberships.push_back(f.membership),
                Some(Fact::ObjectionMade(f)) => self.objections.push_back(f.objection),
                Some(Fact::RestrictionPlaced(f)) => self.restrictions.push_back(f.restriction),
                Some(Fact::AgreementApplied(f)) => self.agreements.push_back(f.agreement),
                _ => {}
            }
        }
    }
}

/// An id of something that a decision makes.
pub(super) trait Creatable: From<Uuid> + Into<Uuid> + Copy {
    /// The first id of this kind that is free again.
    fn freed(freed: &mut Freed) -> Option<Self>;
}

macro_rules! creatable {
    ($($id:ident from $queue:ident),* $(,)?) => {$(
        impl Creatable for $id {
            fn freed(freed: &mut Freed) -> Option<Self> {
                freed.$queue.pop_front()
            }
        }
    )*};
}

creatable! {
    ReferralId from referrals,
    EpisodeId from episodes,
    InterventionId from interventions,
    AppointmentId from appointments,
    KitId from kits,
    PlanId from plans,
    OverdoseId from overdoses,
    DeathId from deaths,
    NeedId from needs,
    TagId from tags,
    PlacementId from placements,
    ArrestId from arrests,
    DrugTestId from tests,
    AssessmentId from assessments,
    RequirementId from requirements,
    ResolutionId from resolutions,
    MembershipId from memberships,
    ObjectionId from objections,
    RestrictionId from restrictions,
    AgreementId from agreements,
}
