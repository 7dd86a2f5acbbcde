//! What a caller asks to have recorded about one person. Values are well-formed but not yet checked against
//! code lists, the directory or the person's history: that is [`crate::decide`].

mod appointment;
mod course;
mod justice;
mod merge;
mod protection;
mod sharing;
mod sight;
mod told;

pub use appointment::{AppointmentCommand, NewAppointment};
pub use course::{CourseStep, PlanTold};
pub use justice::{JusticeCommand, NewRequirement};
pub use merge::MergeCommand;
pub use protection::ProtectionCommand;
pub use sharing::SharingCommand;
pub use sight::SightCommand;
pub use told::{Demographics, Direction, Movement, NamesTold, PersonTold, ResidenceTold};

use crate::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use crate::fact::{ExitProfile, ProfileItems, ProfileStage, ProviderChanged, Replaced, UsedOn};
use crate::id::{
    DeathId, EpisodeId, EventId, InterventionId, KitId, NeedId, OverdoseId, PlacementId, PlanId, RecallId,
    ReferralId, TagId,
};
use crate::identifier::Identifier;
use crate::when::Occurred;
use jiff::civil::Date;

/// A command, when what it tells was true, and the note told with it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where its fields stand in the request, as a JSON pointer; empty when they stand at its root.
    pub under: String,
    /// When it was true.
    pub occurred: Occurred,
    /// Free text, at most 2,000 characters; sealed under the identity key.
    pub note: Option<String>,
    /// What is to be recorded.
    pub command: Command,
}

/// A referral as the sender tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReferral {
    /// Code of `referral-sources`.
    pub source: Code,
    /// The service asked.
    pub to_service: ServiceCode,
    /// The service that asks, when it is one of this system.
    pub from_service: Option<ServiceCode>,
    /// The episode whose care is handed over.
    pub transfer_of: Option<EpisodeId>,
    /// Codes of `substances`, most important first; at most 3.
    pub substances: Vec<Code>,
}

/// A kit as read from its pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KitRead {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the pack.
    pub batch: Code,
    /// Expiry on the pack.
    pub expires_on: Date,
}

/// An overdose as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOverdose {
    /// Code of `overdose-outcomes`.
    pub outcome: Code,
    /// Codes of `substances` suspected, most likely first; at most 3.
    pub substances: Vec<Code>,
    /// Code of `naloxone-use-places`.
    pub place: Option<Code>,
    /// Whether naloxone was given.
    pub naloxone_given: Option<bool>,
    /// Whether an ambulance was called.
    pub ambulance_called: Option<bool>,
}

/// A placement as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlacement {
    /// Code of `placement-kinds`.
    pub kind: Code,
    /// The service that arranged it.
    pub service: ServiceCode,
    /// Where the person stays, when a service of this system provides it.
    pub provider_service: Option<ServiceCode>,
    /// Code of `placement-providers`, for one that is none.
    pub provider: Option<Code>,
    /// The organisation that pays.
    pub commissioner: Option<OrganisationCode>,
    /// The authority that pays.
    pub commissioner_area: Option<AreaCode>,
    /// The last day planned.
    pub planned_until: Option<Date>,
}

/// What can be asked.
#[derive(Clone, Debug)]
pub enum Command {
    /// Record an outcome profile.
    RecordOutcomeProfile {
        /// In which episode.
        episode: EpisodeId,
        /// For which stage.
        stage: ProfileStage,
        /// The service co-ordinates the person's profiles.
        co_ordinates: bool,
        /// What the person said.
        items: Box<ProfileItems>,
    },
    /// Take an exit back.
    RescindExit {
        /// Of which episode.
        episode: EpisodeId,
        /// Code of `exit-rescission-reasons`.
        reason: Code,
    },
    /// Say what came of following somebody up after an exit.
    RecordFollowUp {
        /// After which episode.
        episode: EpisodeId,
        /// Code of `follow-up-outcomes`.
        outcome: Code,
    },
    /// Raise a need or a risk.
    RaiseNeed {
        /// Code of `needs-and-risks`.
        code: Code,
        /// For which service.
        service: Option<ServiceCode>,
    },
    /// Clear a need or a risk.
    ClearNeed {
        /// Which.
        need: NeedId,
        /// Code of `need-clearing-reasons`.
        reason: Code,
    },
    /// Record that an outreach worker met the person.
    RecordOutreachContact {
        /// Of which service.
        service: ServiceCode,
        /// Code of `outreach-places`.
        place: Code,
        /// Code of `outreach-outcomes`.
        outcome: Code,
    },
    /// Say that the person's care belongs to a grant, scheme or campaign.
    AddTag {
        /// Code of `tags`.
        code: Code,
        /// The last day, when it is known.
        until: Option<Date>,
    },
    /// Say that it does no longer.
    RemoveTag(TagId),
    /// Record the start of a placement.
    StartPlacement(Box<NewPlacement>),
    /// Record the end of a placement.
    EndPlacement {
        /// Which.
        placement: PlacementId,
        /// Code of `placement-end-reasons`.
        reason: Code,
    },
    /// Say that the person overdosed.
    ReportOverdose(NewOverdose),
    /// Say that what follows from an overdose was gone through.
    ReviewOverdose {
        /// Which.
        overdose: OverdoseId,
        /// Code of `overdose-review-outcomes`.
        outcome: Code,
    },
    /// Say that the person is thought to have died.
    ReportDeath {
        /// Code of `death-report-sources`.
        source: Code,
        /// Code of `death-suspicions`.
        suspected: Code,
    },
    /// Say that the death is certain.
    ConfirmDeath {
        /// Which report.
        death: DeathId,
        /// Code of `death-report-sources`.
        source: Code,
    },
    /// Say what the person died of.
    ConcludeDeath {
        /// Which report.
        death: DeathId,
        /// Code of `death-conclusions`.
        conclusion: Code,
    },
    /// Say that the report was mistaken.
    RejectDeath {
        /// Which report.
        death: DeathId,
        /// Code of `death-rejection-reasons`.
        reason: Code,
    },
    /// Something about an appointment.
    Appointment(AppointmentCommand),
    /// Something that police, courts and those who work with them record.
    Justice(JusticeCommand),
    /// Something about two records: see [`crate::decide::decide_merge`].
    Merge(MergeCommand),
    /// Something about consent, objections, restrictions or sharing agreements.
    Sharing(SharingCommand),
    /// Something about erasing the record.
    Protection(ProtectionCommand),
    /// Something about sight of the record that no care explains yet.
    Sight(SightCommand),
    /// A step within an episode.
    Course {
        /// Which episode.
        episode: EpisodeId,
        /// What.
        step: CourseStep,
    },
    /// Pass a referral on to another service.
    SendReferralOn {
        /// Which.
        referral: ReferralId,
        /// The service asked now.
        to_service: ServiceCode,
        /// Code of `referral-sources`; that of the first referral when `None`.
        source: Option<Code>,
    },
    /// Take back what was entered in error.
    VoidEvents {
        /// Which; 1 to 64.
        events: Vec<EventId>,
        /// Code of `correction-reasons`.
        reason: Code,
        /// What takes its place.
        replaced: Replaced,
    },
    /// Say that what follows under the same request takes the place of what was voided.
    EnterReplacement {
        /// The events voided.
        replaces: Vec<EventId>,
        /// They were in the record of somebody else.
        from_elsewhere: bool,
    },
    /// Open a record.
    Register {
        /// Who.
        demographics: Demographics,
        /// Identifiers known at once; at most 20.
        identifiers: Vec<Identifier>,
        /// Where they live.
        residence: Option<ResidenceTold>,
    },
    /// Add what a sender tells of somebody whose record was found.
    TellOf(PersonTold),
    /// Add an identifier.
    RecordIdentifier(Identifier),
    /// Take an identifier back that is not theirs.
    WithdrawIdentifier {
        /// The event that recorded it.
        recorded_by: EventId,
    },
    /// Correct or complete demographics.
    CorrectDemographics(Demographics),
    /// Say where they live.
    RecordResidence(ResidenceTold),
    /// Record a custody movement.
    RecordMovement(Movement),
    /// Complete what was unknown of a release.
    CompleteRelease {
        /// The release.
        release: EventId,
        /// Authority of residence.
        area: Option<AreaCode>,
        /// No fixed abode.
        no_fixed_abode: Option<bool>,
        /// Code of `referral-on-release`.
        referral_on_release: Option<Code>,
    },
    /// Plan a release.
    PlanRelease {
        /// From which prison.
        prison: PrisonCode,
        /// The day.
        planned_on: Date,
        /// Authority of residence expected.
        area: Option<AreaCode>,
        /// No fixed abode expected.
        no_fixed_abode: bool,
    },
    /// Move a planned release.
    ReplanRelease {
        /// The plan.
        plan: PlanId,
        /// The new day.
        planned_on: Date,
    },
    /// Cancel a planned release.
    CancelReleasePlan {
        /// The plan.
        plan: PlanId,
    },
    /// Refer the person to a service.
    Refer(NewReferral),
    /// Take a referral on.
    AcceptReferral(ReferralId),
    /// Decline a referral.
    RejectReferral {
        /// Which.
        referral: ReferralId,
        /// Code of `rejection-reasons`.
        reason: Code,
    },
    /// Take a referral back.
    WithdrawReferral {
        /// Which.
        referral: ReferralId,
        /// Code of `withdrawal-reasons`.
        reason: Code,
    },
    /// Record the first assessment.
    Triage {
        /// Of which referral.
        referral: ReferralId,
        /// Code of `triage-outcomes`.
        outcome: Code,
        /// Codes of `substances`; at most 3.
        substances: Vec<Code>,
    },
    /// Put on the waiting list.
    PlaceOnWaitingList {
        /// In which episode.
        episode: EpisodeId,
        /// Code of `interventions`.
        intervention: Code,
    },
    /// Take off the waiting list.
    TakeOffWaitingList {
        /// In which episode.
        episode: EpisodeId,
        /// Code of `waiting-list-removal-reasons`.
        reason: Code,
    },
    /// Start an intervention.
    StartIntervention {
        /// In which episode.
        episode: EpisodeId,
        /// Code of `interventions`.
        code: Code,
        /// Code of `intervention-settings`.
        setting: Code,
        /// Given within a care plan: makes recovery support structured.
        within_care_plan: bool,
    },
    /// Say that the person was seen.
    RecordContact {
        /// In which episode.
        episode: EpisodeId,
    },
    /// End an intervention.
    EndIntervention {
        /// In which episode.
        episode: EpisodeId,
        /// Which.
        intervention: InterventionId,
        /// Code of `intervention-exits`.
        exit: Code,
    },
    /// End an episode.
    RecordExit {
        /// Which.
        episode: EpisodeId,
        /// Code of `discharge-reasons`.
        reason: Code,
        /// How interventions end that are still open (code of `intervention-exits`).
        intervention_exit: Option<Code>,
        /// The exit's own outcome profile.
        profile: Option<ExitProfile>,
    },
    /// Carry out the move of a contract.
    ChangeProvider(ProviderChanged),
    /// Give out kits.
    IssueKits {
        /// By which service.
        service: ServiceCode,
        /// Which; 1 to 10.
        kits: Vec<KitRead>,
        /// The kit that the first of them replaces.
        replaces: Option<KitId>,
    },
    /// Put kits with the property given back at release.
    PlaceKitsInProperty {
        /// By which service.
        service: ServiceCode,
        /// In which prison.
        prison: PrisonCode,
        /// Which; 1 to 10.
        kits: Vec<KitRead>,
    },
    /// Hand a kit from property over.
    HandOverKit(KitId),
    /// Say that the person no longer has a kit.
    LoseKit {
        /// Which.
        kit: KitId,
        /// Code of `kit-loss-reasons`.
        reason: Code,
    },
    /// Say that a kit was taken away.
    ConfiscateKit {
        /// Which.
        kit: KitId,
        /// Code of `kit-confiscators`.
        by: Code,
    },
    /// Say that the person has a kit again.
    ReturnKit(KitId),
    /// Say that the holder of a kit was told that its batch is called back.
    TellOfRecall {
        /// Which kit.
        kit: KitId,
        /// Of which recall.
        recall: RecallId,
        /// Code of `recall-contacts`.
        how: Code,
    },
    /// Offer naloxone.
    OfferNaloxone {
        /// By which service.
        service: ServiceCode,
        /// Code of `naloxone-decline-reasons`, when it was declined.
        declined: Option<Code>,
    },
    /// Train the person.
    GiveTraining {
        /// By which service.
        service: ServiceCode,
        /// The last day on which it counts.
        expires_on: Option<Date>,
    },
    /// Record the use of a kit.
    UseKit {
        /// Which.
        kit: KitId,
        /// Doses given.
        doses: Option<u8>,
        /// On whom.
        used_on: UsedOn,
        /// Code of `naloxone-use-outcomes`.
        outcome: Code,
        /// Code of `naloxone-use-places`.
        place: Option<Code>,
    },
}
