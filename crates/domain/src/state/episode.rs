//! Episodes, with their interventions, waiting and exit.
//!
//! Sources: `domain.md` 1.6 (what a submission must satisfy), `cases.md` E1 to E8.

use super::{
    Bridge, CarePlan, Dated, FollowUp, Hold, PersonState, Profile, ReferredIntervention, RescindedExit,
    Review,
};
use crate::code::{Code, OrganisationCode, ServiceCode, UserName};
use crate::fact::{ExitOutcome, Fact, ServiceKind};
use crate::id::{EpisodeId, EventId, InterventionId, ReferralId};

/// One treatment within an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    /// Its id.
    pub id: InterventionId,
    /// Code of `interventions`.
    pub code: Code,
    /// Structured treatment.
    pub structured: bool,
    /// Code of `intervention-settings`.
    pub setting: Code,
    /// When it began.
    pub started: Dated,
    /// When and how it ended.
    pub ended: Option<(Dated, Code)>,
    /// The first event of the request that ended it, unless it is that event itself.
    pub(super) end_cause: Option<EventId>,
    /// Its reviews, in order.
    pub reviews: Vec<Review>,
}

/// A wait for an intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Code of `interventions`.
    pub intervention: Code,
    /// Placed on the list.
    pub placed: Dated,
    /// Taken off without having started, and why.
    pub removed: Option<(Dated, Code)>,
}

/// How an episode ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// When.
    pub at: Dated,
    /// Code of `discharge-reasons`.
    pub reason: Code,
    /// What the reason means.
    pub outcome: ExitOutcome,
    /// The interventions that ended with it.
    pub ended_with: Vec<InterventionId>,
}

/// One service's spell with the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its id.
    pub id: EpisodeId,
    /// Whose.
    pub service: ServiceCode,
    /// The service's organisation.
    pub organisation: OrganisationCode,
    /// The service's kind.
    pub kind: ServiceKind,
    /// The referral from which it came.
    pub referral: Option<ReferralId>,
    /// The triage date.
    pub opened: Dated,
    /// Interventions in order of their start.
    pub interventions: Vec<Intervention>,
    /// Waits, in order.
    pub waits: Vec<Waiting>,
    /// When the person was seen.
    pub contacts: Vec<Dated>,
    /// Interventions to which the person was referred, started or not, in order.
    pub referred: Vec<ReferredIntervention>,
    /// When treatment rested, in order.
    pub holds: Vec<Hold>,
    /// Prescriptions made out until the next service takes over.
    pub bridges: Vec<Bridge>,
    /// The care plan and its revisions, in order.
    pub care_plans: Vec<CarePlan>,
    /// Who was responsible for the person's care, since when.
    pub key_workers: Vec<(Dated, UserName)>,
    /// How it ended.
    pub exit: Option<Exit>,
    /// Exits that were none, in order.
    pub rescinded: Vec<RescindedExit>,
    /// Outcome profiles, in order.
    pub profiles: Vec<Profile>,
    /// Attempts to reach the person after an exit, in order.
    pub follow_ups: Vec<FollowUp>,
}

impl Episode {
    /// The first structured intervention.
    pub fn first_structured_start(&self) -> Option<Dated> {
        self.interventions
            .iter()
            .find(|one| one.structured)
            .map(|one| one.started)
    }

    /// Interventions that have not ended.
    pub fn open_interventions(&self) -> impl Iterator<Item = &Intervention> {
        self.interventions.iter().filter(|one| one.ended.is_none())
    }

    /// The wait that goes on: placed, not taken off, no structured start since.
    pub fn open_wait(&self) -> Option<&Waiting> {
        let wait = self
            .waits
            .last()
            .filter(|wait| wait.removed.is_none() && self.exit.is_none())?;
        let started = self
            .interventions
            .iter()
            .any(|one| one.started.date() >= wait.placed.date() && one.structured);
        (!started).then_some(wait)
    }
}

impl PersonState {
    /// `cause` is the first event of the request that told the fact, unless it is that event.
    pub(super) fn evolve_episode(&mut self, at: Dated, cause: Option<EventId>, fact: &Fact) {
        let id = match fact {
            Fact::EpisodeOpened(f) => {
                self.episodes.push(Episode {
                    id: f.episode,
                    service: f.service.clone(),
                    organisation: f.organisation.clone(),
                    kind: f.kind,
                    referral: f.referral,
                    opened: at,
                    interventions: Vec::new(),
                    waits: Vec::new(),
                    contacts: Vec::new(),
                    referred: Vec::new(),
                    holds: Vec::new(),
                    bridges: Vec::new(),
                    care_plans: Vec::new(),
                    key_workers: Vec::new(),
                    exit: None,
                    rescinded: Vec::new(),
                    profiles: self.early_profiles_of(f.episode, at.date()),
                    follow_ups: Vec::new(),
                });
                return;
            }
            Fact::PlacedOnWaitingList(f) => f.episode,
            Fact::TakenOffWaitingList(f) => f.episode,
            Fact::InterventionStarted(f) => f.episode,
            Fact::ContactRecorded(f) => f.episode,
            Fact::InterventionEnded(f) => f.episode,
            Fact::InterventionReferred(f) => f.episode,
            Fact::FirstAppointmentOffered(f) => f.episode,
            Fact::InterventionReviewed(f) => f.episode,
            Fact::PutOnHold(f) => f.episode,
            Fact::Resumed(f) => f.episode,
            Fact::PrescriptionBridged(f) => f.episode,
            Fact::CarePlanAgreed(f) => f.episode,
            Fact::CarePlanRevised(f) => f.episode,
            Fact::KeyWorkerAssigned(f) => f.episode,
            Fact::ExitRecorded(f) => f.episode,
            Fact::ExitRescinded(f) => f.episode,
            Fact::OutcomeProfileRecorded(f) => f.episode,
            Fact::FollowUpRecorded(f) => f.episode,
            _ => return,
        };
        let Some(index) = self.episodes.iter().position(|episode| episode.id == id) else {
            if self.keep_early_profile(at, fact) {
                return;
            }
            self.conflict(
                at,
                "before_episode",
                "/occurred",
                "This is dated before the episode was opened (the triage date).",
            );
            return;
        };
        if self.evolve_outcome(at, index, fact) {
            return;
        }
        if let Some(exit) = &self.episodes[index].exit {
            let detail = format!("The episode ended on {}.", exit.at.date());
            self.conflict(at, "episode_ended", "/occurred", detail);
            return;
        }
        for (code, pointer, detail) in self.episodes[index].evolve(at, cause, fact) {
            self.conflict(at, code, pointer, detail);
        }
    }
}

/// What does not fit: its code, its place in the request, and why.
pub(super) type Misfit = (&'static str, &'static str, String);

impl Episode {
    fn evolve(&mut self, at: Dated, cause: Option<EventId>, fact: &Fact) -> Vec<Misfit> {
        match fact {
            Fact::PlacedOnWaitingList(f) => {
                if self.open_wait().is_some() {
                    return vec![(
                        "already_waiting",
                        "/occurred",
                        "The person is already on the waiting list.".into(),
                    )];
                }
                self.waits.push(Waiting {
                    intervention: f.intervention.clone(),
                    placed: at,
                    removed: None,
                });
                Vec::new()
            }
            Fact::TakenOffWaitingList(f) => {
                if self.open_wait().is_none() {
                    return vec![(
                        "not_waiting",
                        "/occurred",
                        "The person was not on the waiting list on that day.".into(),
                    )];
                }
                if let Some(wait) = self.waits.last_mut() {
                    wait.removed = Some((at, f.reason.clone()));
                }
                Vec::new()
            }
            Fact::InterventionStarted(f) => {
                let mut misfits = Vec::new();
                if self.interventions.iter().any(|one| one.id == f.intervention) {
                    return vec![(
                        "intervention_already_started",
                        "/occurred",
                        "The start of this intervention is already on the record.".into(),
                    )];
                }
                if let Some(hold) = self.on_hold() {
                    let detail = format!(
                        "Treatment is on hold since {}. Resume it first.",
                        hold.since.date()
                    );
                    misfits.push(("on_hold", "/occurred", detail));
                }
                if let Some(referred) = self.referred.iter_mut().find(|one| one.id == f.intervention) {
                    referred.started = Some(at);
                }
                self.interventions.push(Intervention {
                    id: f.intervention,
                    code: f.code.clone(),
                    structured: f.structured,
                    setting: f.setting.clone(),
                    started: at,
                    ended: None,
                    end_cause: None,
                    reviews: Vec::new(),
                });
                misfits
            }
            Fact::ContactRecorded(_) => {
                self.contacts.push(at);
                Vec::new()
            }
            Fact::InterventionEnded(f) => {
                match self.interventions.iter_mut().find(|one| one.id == f.intervention) {
                    None => vec![(
                        "end_before_start",
                        "/occurred",
                        "This is dated before the intervention started.".into(),
                    )],
                    Some(one) => match &one.ended {
                        Some((ended, _)) => {
                            vec![(
                                "intervention_ended",
                                "/occurred",
                                format!("The intervention already ended on {}.", ended.date()),
                            )]
                        }
                        None => {
                            one.ended = Some((at, f.exit.clone()));
                            one.end_cause = cause;
                            Vec::new()
                        }
                    },
                }
            }
            Fact::ExitRecorded(f) => {
                let mut misfits = Vec::new();
                if f.outcome == ExitOutcome::Unknown {
                    misfits.push(("exit_reason_not_understood", "/reason", "No list explains this reason for the exit. Nobody can say whether treatment was completed until somebody finds out.".into()));
                }
                let open = self.open_interventions().count();
                if open > 0 {
                    misfits.push(("interventions_open", "/interventionExit", format!("{open} intervention(s) are still open on that day. End them first, or say with interventionExit how they end with the exit.")));
                }
                if f.reason.as_str() == "82"
                    && (f.profile.is_some_and(|p| p.opiate_days > 0 || p.crack_days > 0)
                        || self.profile_shows_heroin_or_crack(at.date()))
                {
                    misfits.push(("occasional_user_with_heroin_or_crack", "/reason", "Reason 82 (occasional user) does not allow heroin or crack, and the exit's own outcome profile shows use in the last 28 days. Choose the reason that fits, or correct the profile.".into()));
                }
                let in_one_request = |one: &&Intervention| {
                    let ended = one.ended.as_ref().map(|(ended, _)| ended.by);
                    cause.is_some() && (ended == cause || one.end_cause == cause)
                };
                let ended_with = self.interventions.iter().filter(in_one_request);
                self.exit = Some(Exit {
                    at,
                    reason: f.reason.clone(),
                    outcome: f.outcome,
                    ended_with: ended_with.map(|one| one.id).collect(),
                });
                misfits
            }
            _ => self.evolve_care(at, fact),
        }
    }
}
