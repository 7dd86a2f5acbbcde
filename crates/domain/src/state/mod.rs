//! The fold: what is true of one person, from the facts told so far.
//!
//! Total (every history folds), pure, and independent of the order of arrival: facts are put in order
//! first ([`order`]). Corrections are resolved before they reach it.

mod appointment;
mod care;
mod conflict;
mod custody;
mod episode;
mod finish;
mod harm;
mod identity;
mod justice;
mod kit;
mod merge;
mod need;
pub mod order;
mod outcome;
mod outreach;
mod placement;
mod plan;
mod protection;
mod provider;
mod referral;
mod running;
mod sharing;
mod sight;
mod tag;
mod turns;
mod voided;

pub use appointment::{Appointment, EARLY_ARRIVAL};
pub use care::{Bridge, CarePlan, Hold, ReferredIntervention, Review};
pub use conflict::{Conflict, Teller};
pub use custody::{CustodyTrack, Release, Setting, SettingChange, Spell, UnclassifiedMovement};
pub use episode::{Episode, Exit, Intervention, Waiting};
pub use harm::{Conclusion, Death, DeathStatus, Overdose};
pub use identity::{IdentityState, KnownIdentifier, Names, Residence};
pub use justice::{
    Arrest, AssessmentStatus, Bail, CohortMembership, CourtOutcome, DrugTest, JusticeState, LiaisonContact,
    RequiredAssessment, Requirement, Resolution,
};
pub use kit::{Absence, Kit, Offer, RecallNotice, Training, Use};
pub use merge::{Merge, Mismatch};
pub use need::{Need, REDACTED};
pub use outcome::{EarlyProfile, FollowUp, Profile, RescindedExit};
pub use outreach::OutreachContact;
pub use placement::Placement;
pub use plan::ReleasePlan;
pub use protection::{Confirmation, Erasure, LegalHold, ProtectionState};
pub use provider::ProviderChange;
pub use referral::{Referral, ReferralStatus};
pub use running::Running;
use running::{Seen, Told};
pub use sharing::{Agreement, AgreementEnd, Consent, ConsentAnswer, Objection, Restriction, SharingState};
pub use sight::{Attestation, Glass, SightState};
pub use tag::Tag;
pub use voided::Voided;

use crate::event::{Envelope, RecordedEvent};
use crate::fact::Fact;
use crate::id::{AppointmentId, EpisodeId, EventId, KitId, ReferralId};
use crate::when::{Occurred, london_date};
use jiff::{Timestamp, civil::Date};

/// A moment in a person's care, with the event that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// When it was true.
    pub occurred: Occurred,
    /// The event that says so.
    pub by: EventId,
    /// When this system knew.
    pub recorded_at: Timestamp,
    /// The civil date in London, worked out once: views ask for it again and again.
    day: Date,
}

impl Dated {
    /// Something that was true then, by this event, known since.
    pub fn new(occurred: Occurred, by: EventId, recorded_at: Timestamp) -> Self {
        Self {
            occurred,
            by,
            recorded_at,
            day: occurred.date(),
        }
    }

    /// The civil date in London.
    pub fn date(&self) -> Date {
        self.day
    }

    /// Whole days between the fact and its recording; 0 when it was recorded on its day.
    pub fn days_late(&self) -> i32 {
        crate::when::days_between(self.date(), london_date(self.recorded_at)).max(0)
    }
}

impl From<&Envelope> for Dated {
    fn from(envelope: &Envelope) -> Self {
        Self::new(envelope.occurred, envelope.id, envelope.recorded_at)
    }
}

/// What is true of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonState {
    /// Who they are.
    pub identity: IdentityState,
    /// Where they are and were.
    pub custody: CustodyTrack,
    /// Planned releases, in order of planning.
    pub plans: Vec<ReleasePlan>,
    /// Referrals, in order of their date.
    pub referrals: Vec<Referral>,
    /// Episodes, in order of their opening.
    pub episodes: Vec<Episode>,
    /// Start profiles dated before any episode of their id was opened, in order.
    pub early_profiles: Vec<EarlyProfile>,
    /// Contracts by which a service's open care went over to another, in order.
    pub provider_changes: Vec<ProviderChange>,
    /// Appointments, in order of their offer.
    pub appointments: Vec<Appointment>,
    /// Naloxone kits, in order of issue.
    pub kits: Vec<Kit>,
    /// When naloxone was offered, and whether it was declined.
    pub offers: Vec<Offer>,
    /// Training in the use of naloxone.
    pub trainings: Vec<Training>,
    /// Overdoses, in order.
    pub overdoses: Vec<Overdose>,
    /// Reports of the person's death, mistaken ones included.
    pub deaths: Vec<Death>,
    /// Needs and risks, in order of being raised.
    pub needs: Vec<Need>,
    /// Grants, schemes and campaigns, in order.
    pub tags: Vec<Tag>,
    /// Placements, in order of their start.
    pub placements: Vec<Placement>,
    /// Contacts of outreach workers, in order.
    pub outreach: Vec<OutreachContact>,
    /// What police and courts did.
    pub justice: JusticeState,
    /// Merges that the record was part of, undone ones included, in order.
    pub merges: Vec<Merge>,
    /// Records that are somebody else's, however alike.
    pub mismatches: Vec<Mismatch>,
    /// What they said about the use of their data, and who was given sight of the record.
    pub sharing: SharingState,
    /// What stands about erasing the record.
    pub protection: ProtectionState,
    /// Who sees the record without having been asked to care.
    pub sight: SightState,
    /// When they died, as far as anybody told.
    pub died: Option<Dated>,
    /// What does not fit.
    pub conflicts: Vec<Conflict>,
    /// What was entered in error, in order of its correction.
    pub voided: Vec<Voided>,
    /// How many facts are erased and missing from this fold.
    pub erased: usize,
}

impl PersonState {
    /// Folds events, in whatever order they come.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> Self {
        Running::of(events).into_state()
    }

    /// Applies every fact of one day, given in order of facts.
    fn evolve_day(&mut self, day: &[Seen<'_>]) {
        if let [(told, event)] = day {
            return self.evolve(told, event);
        }
        let (mut movements, others): (Vec<_>, Vec<_>) =
            day.iter().partition(|(told, _)| told.undated_movement);
        // Undated movements of one day alternate from where the day began, before everything else of it.
        while !movements.is_empty() {
            let next = movements
                .iter()
                .position(|(_, event)| event.fact().is_some_and(|fact| self.custody.fits(fact)))
                .unwrap_or(0);
            let (told, event) = movements.remove(next);
            self.evolve(told, event);
        }
        self.take_turns(&others);
    }

    fn evolve(&mut self, told: &Told, event: &RecordedEvent) {
        let Some(fact) = event.fact() else {
            self.erased += 1;
            return;
        };
        let before = self.conflicts.len();
        self.learn(told.at, event, fact);
        self.say_who_told(before, told, Some(fact));
        if let Fact::DemographicsCorrected(fact) = fact {
            self.identity.note_contradiction(fact, || told.teller(), told.at);
        }
    }

    fn learn(&mut self, at: Dated, event: &RecordedEvent, fact: &Fact) {
        if at.date() > london_date(at.recorded_at) {
            self.conflict(
                at,
                "in_the_future",
                "/occurred",
                "This is dated in the future. Give the date on which it happened.",
            );
        }
        match fact {
            Fact::PersonRegistered(_)
            | Fact::IdentifierRecorded(_)
            | Fact::IdentifierWithdrawn(_)
            | Fact::DemographicsCorrected(_)
            | Fact::ResidenceRecorded(_) => self.evolve_identity(at, fact, event.identity.as_ref()),
            Fact::Received(_)
            | Fact::Transferred(_)
            | Fact::SentToCourt(_)
            | Fact::ReturnedFromCourt(_)
            | Fact::TemporaryAbsenceStarted(_)
            | Fact::TemporaryAbsenceEnded(_)
            | Fact::MovementUnclassified(_)
            | Fact::Released(_)
            | Fact::ReleaseDetailsCompleted(_) => self.evolve_custody(at, fact),
            Fact::ReleasePlanned(_) | Fact::ReleaseReplanned(_) | Fact::ReleasePlanCancelled(_) => {
                self.evolve_plan(at, fact);
            }
            Fact::ReferralReceived(_)
            | Fact::ReferralAccepted(_)
            | Fact::ReferralRejected(_)
            | Fact::ReferralWithdrawn(_)
            | Fact::ReferralSentOn(_)
            | Fact::Triaged(_) => self.evolve_referral(at, fact),
            Fact::EpisodeOpened(_)
            | Fact::PlacedOnWaitingList(_)
            | Fact::TakenOffWaitingList(_)
            | Fact::InterventionStarted(_)
            | Fact::ContactRecorded(_)
            | Fact::InterventionEnded(_)
            | Fact::InterventionReferred(_)
            | Fact::FirstAppointmentOffered(_)
            | Fact::InterventionReviewed(_)
            | Fact::PutOnHold(_)
            | Fact::Resumed(_)
            | Fact::PrescriptionBridged(_)
            | Fact::CarePlanAgreed(_)
            | Fact::CarePlanRevised(_)
            | Fact::KeyWorkerAssigned(_)
            | Fact::ExitRecorded(_)
            | Fact::ExitRescinded(_)
            | Fact::FollowUpRecorded(_)
            | Fact::OutcomeProfileRecorded(_) => self.evolve_episode(at, event.envelope.causation, fact),
            Fact::AppointmentOffered(_)
            | Fact::AppointmentMoved(_)
            | Fact::AppointmentAttended(_)
            | Fact::AppointmentMissed(_)
            | Fact::AppointmentCancelled(_) => {
                self.evolve_appointment(at, fact, &event.envelope.actor.organisation);
            }
            Fact::RecordsMerged(_) | Fact::MergeUndone(_) | Fact::MarkedNeverToMatch(_) => {
                self.evolve_merge(at, event, fact);
            }
            Fact::ProviderChanged(_) => self.evolve_provider(at, fact),
            Fact::NeedRaised(_) | Fact::NeedCleared(_) => self.evolve_need(at, fact),
            Fact::TagAdded(_) | Fact::TagRemoved(_) => self.evolve_tag(at, fact),
            Fact::PlacementStarted(_) | Fact::PlacementEnded(_) => self.evolve_placement(at, fact),
            Fact::OutreachContactRecorded(_) => self.evolve_outreach(at, fact),
            Fact::Arrested(_)
            | Fact::DrugTested(_)
            | Fact::AssessmentRequired(_)
            | Fact::AssessmentAttended(_)
            | Fact::AssessmentMissed(_)
            | Fact::AssessmentLapsed(_)
            | Fact::LiaisonContactRecorded(_)
            | Fact::Bailed(_)
            | Fact::CourtOutcomeRecorded(_)
            | Fact::RequirementImposed(_)
            | Fact::RequirementEnded(_)
            | Fact::ResolvedOutOfCourt(_)
            | Fact::ResolutionConcluded(_)
            | Fact::CohortJoined(_)
            | Fact::CohortLeft(_) => {
                self.evolve_justice(at, fact, &event.envelope.actor.organisation);
            }
            Fact::ConsentGiven(_)
            | Fact::ConsentRefused(_)
            | Fact::ConsentWithdrawn(_)
            | Fact::ObjectionMade(_)
            | Fact::ObjectionWithdrawn(_)
            | Fact::ObjectionAnswered(_)
            | Fact::RestrictionPlaced(_)
            | Fact::RestrictionLifted(_)
            | Fact::AgreementApplied(_)
            | Fact::AgreementEnded(_) => self.evolve_sharing(at, fact),
            Fact::ErasureAsked(_)
            | Fact::ErasureConfirmed(_)
            | Fact::ErasureTakenBack(_)
            | Fact::HoldPlaced(_)
            | Fact::HoldLifted(_) => self.evolve_protection(at, fact),
            Fact::SightWithheld(_)
            | Fact::PresenceAttested(_)
            | Fact::GlassBroken(_)
            | Fact::GlassReviewed(_) => self.evolve_sight(at, fact),
            Fact::KitIssued(_)
            | Fact::KitPlacedInProperty(_)
            | Fact::KitHandedOver(_)
            | Fact::KitUsed(_)
            | Fact::KitLost(_)
            | Fact::KitConfiscated(_)
            | Fact::KitReturned(_)
            | Fact::KitRecallTold(_) => self.evolve_kit(at, fact),
            Fact::NaloxoneOffered(_) | Fact::TrainingGiven(_) => self.evolve_offer(at, fact),
            Fact::OverdoseReported(_)
            | Fact::OverdoseReviewed(_)
            | Fact::DeathReported(_)
            | Fact::DeathConfirmed(_)
            | Fact::DeathConcluded(_)
            | Fact::DeathRejected(_) => self.evolve_harm(at, fact),
            // What they take out was taken out before.
            Fact::EventVoided(_) | Fact::ReplacementEntered(_) => {}
            // Facts of other streams have no effect on a person.
            Fact::OrganisationRegistered(_)
            | Fact::ServiceOpened(_)
            | Fact::ServiceClosed(_)
            | Fact::ContractMoved(_)
            | Fact::ContractMoveUndone(_)
            | Fact::PersonErased(_)
            | Fact::RecordSealed(_)
            | Fact::SealChanged(_)
            | Fact::SealLifted(_)
            | Fact::ClientRegistered(_)
            | Fact::ClientRestricted(_)
            | Fact::ClientRevoked(_)
            | Fact::MemberGranted(_)
            | Fact::MembershipChanged(_)
            | Fact::MembershipEnded(_)
            | Fact::StockReceived(_)
            | Fact::StockCounted(_)
            | Fact::StockRemoved(_)
            | Fact::StockMinimumSet(_)
            | Fact::SuppliedToOther(_)
            | Fact::SupplyRecallTold(_)
            | Fact::BatchRecalled(_)
            | Fact::RecallEnded(_)
            | Fact::WorkerTrained(_) => {}
        }
    }

    fn conflict(&mut self, at: Dated, code: &'static str, pointer: &'static str, detail: impl Into<String>) {
        self.conflicts.push(Conflict {
            event: at.by,
            code,
            pointer,
            detail: detail.into(),
            of: None,
        });
    }

    /// A referral by its id.
    pub fn referral(&self, id: ReferralId) -> Option<&Referral> {
        self.referrals.iter().find(|referral| referral.id == id)
    }

    /// An episode by its id.
    pub fn episode(&self, id: EpisodeId) -> Option<&Episode> {
        self.episodes.iter().find(|episode| episode.id == id)
    }

    /// An appointment by its id.
    pub fn appointment(&self, id: AppointmentId) -> Option<&Appointment> {
        self.appointments.iter().find(|one| one.id == id)
    }

    /// A kit by its id.
    pub fn kit(&self, id: KitId) -> Option<&Kit> {
        self.kits.iter().find(|kit| kit.id == id)
    }
}

impl Fact {
    /// True for facts about what is recorded and not about the person: they count whatever day is asked about.
    pub fn is_correction(&self) -> bool {
        matches!(
            self,
            Fact::EventVoided(_)
                | Fact::ReplacementEntered(_)
                | Fact::RecordsMerged(_)
                | Fact::MergeUndone(_)
                | Fact::MarkedNeverToMatch(_)
        )
    }

    /// True for movements into, between and out of prisons.
    pub fn is_movement(&self) -> bool {
        custody::is_movement(self)
    }

    /// True for what is recorded of the caller's own doing, and tells that others recorded something: it is shown to
    /// those who see the whole record alone.
    pub fn tells_of_others(&self) -> bool {
        matches!(self, Fact::SightWithheld(_))
    }

    /// True for a look in an emergency and its review: they say who looked, and nothing about the person, so that whoever
    /// looked is no organisation that recorded something about them.
    pub fn says_who_looked(&self) -> bool {
        matches!(self, Fact::GlassBroken(_) | Fact::GlassReviewed(_))
    }

    /// True for facts that need a living person: what is completed or identified later is not among them.
    fn is_about_care(&self) -> bool {
        matches!(
            self,
            Fact::Received(_)
                | Fact::Transferred(_)
                | Fact::SentToCourt(_)
                | Fact::ReturnedFromCourt(_)
                | Fact::TemporaryAbsenceStarted(_)
                | Fact::TemporaryAbsenceEnded(_)
                | Fact::Released(_)
                | Fact::Triaged(_)
                | Fact::EpisodeOpened(_)
                | Fact::InterventionStarted(_)
                | Fact::ContactRecorded(_)
                | Fact::InterventionReferred(_)
                | Fact::FirstAppointmentOffered(_)
                | Fact::InterventionReviewed(_)
                | Fact::Resumed(_)
                | Fact::PrescriptionBridged(_)
                | Fact::CarePlanAgreed(_)
                | Fact::CarePlanRevised(_)
                | Fact::AppointmentOffered(_)
                | Fact::AppointmentMoved(_)
                | Fact::AppointmentAttended(_)
                | Fact::KitIssued(_)
                | Fact::KitHandedOver(_)
                | Fact::NaloxoneOffered(_)
                | Fact::TrainingGiven(_)
                | Fact::OverdoseReported(_)
                | Fact::ExitRescinded(_)
                | Fact::OutcomeProfileRecorded(_)
                | Fact::PlacementStarted(_)
                | Fact::OutreachContactRecorded(_)
                | Fact::Arrested(_)
                | Fact::DrugTested(_)
                | Fact::AssessmentAttended(_)
                | Fact::LiaisonContactRecorded(_)
                | Fact::Bailed(_)
                | Fact::CohortJoined(_)
        )
    }
}
