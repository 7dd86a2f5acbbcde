//! What can be recorded. Each fact is coded (codes, dates, ids), never free text; names, identifiers,
//! addresses and notes told with it stand in [`IdentityDetail`], which is sealed under another key.
//!
//! These types are the stored contract, version 1: nothing else serialises them, the wire has types of its
//! own, and golden files in the store's crate pin every byte. A changed shape is a new version with a step
//! that lifts the old one on reading. One answer shows them as they are: a person's own copy of what is held about
//! them (`view/subject_access.rs`), in which nothing may be missing.

mod appointment;
mod care;
mod correction;
mod custody;
mod harm;
mod identity;
mod justice;
mod member;
mod merge;
mod naloxone;
mod need;
mod organisation;
mod outreach;
mod placement;
mod profile;
mod protection;
mod referral;
mod seal;
mod sharing;
mod sight;
mod stock;
mod tag;
mod treatment;

pub use appointment::*;
pub use care::*;
pub use correction::*;
pub use custody::*;
pub use harm::*;
pub use identity::*;
pub use justice::*;
pub use member::*;
pub use merge::*;
pub use naloxone::*;
pub use need::*;
pub use organisation::*;
pub use outreach::*;
pub use placement::*;
pub use profile::*;
pub use protection::*;
pub use referral::*;
pub use seal::*;
pub use sharing::*;
pub use sight::*;
pub use stock::*;
pub use tag::*;
pub use treatment::*;

use serde::{Deserialize, Serialize};

/// A type of event, for the page about them.
#[derive(Clone, Copy, Debug)]
pub struct EventType {
    /// Under which it is stored.
    pub name: &'static str,
    /// Its variant of [`Fact`].
    pub variant: &'static str,
    /// What it says, in a sentence.
    pub says: &'static str,
}

macro_rules! facts {
    ($(#[doc = $says:literal] $variant:ident($payload:ty) = $name:literal, rank $rank:literal;)*) => {
        /// One coded fact.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(untagged)]
        pub enum Fact {
            $(#[doc = $says] $variant($payload),)*
        }

        /// Every type of event with what it says.
        pub const EVENTS: &[EventType] =
            &[$(EventType { name: $name, variant: stringify!($variant), says: $says }),*];

        /// The name of every type of event, in order of [`Fact::rank`].
        pub const EVENT_TYPES: &[&str] = &[$($name),*];

        impl Fact {
            /// The event type under which it is stored.
            pub fn event_type(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// Its place among undated facts of one day (`design.md`, "Time": the type rank).
            pub fn rank(&self) -> u8 {
                match self { $(Self::$variant(_) => $rank,)* }
            }

            /// Reads the coded part of an event of this type, as version 1 wrote it.
            ///
            /// `None` when no fact has this type. The reader is any serde deserialiser.
            ///
            /// # Errors
            /// The deserialiser's, when the shape does not fit the type.
            pub fn read<'de, D: serde::Deserializer<'de>>(
                event_type: &str,
                reader: D,
            ) -> Option<Result<Self, D::Error>> {
                match event_type {
                    $($name => Some(<$payload>::deserialize(reader).map(Self::$variant)),)*
                    _ => None,
                }
            }
        }

        $(impl From<$payload> for Fact {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload)
            }
        })*
    };
}

facts! {
    /// An event was entered in error.
    EventVoided(EventVoided) = "correction.event-voided", rank 90;
    /// Something was entered in the place of what was voided.
    ReplacementEntered(ReplacementEntered) = "correction.replacement-entered", rank 5;
    /// An organisation joined.
    OrganisationRegistered(OrganisationRegistered) = "organisation.registered", rank 1;
    /// A service was opened by its organisation.
    ServiceOpened(ServiceOpened) = "organisation.service-opened", rank 2;
    /// A service was closed by its organisation.
    ServiceClosed(ServiceClosed) = "organisation.service-closed", rank 3;
    /// A contract moves from one service to another.
    ContractMoved(ContractMoved) = "organisation.contract-moved", rank 6;
    /// A contract did not move after all.
    ContractMoveUndone(ContractMoveUndone) = "organisation.contract-move-undone", rank 7;
    /// A record was erased.
    PersonErased(PersonErased) = "organisation.person-erased", rank 9;
    /// A record is shown to those who are named, and to nobody else.
    RecordSealed(RecordSealed) = "organisation.record-sealed", rank 9;
    /// Others are named who see a sealed record.
    SealChanged(SealChanged) = "organisation.seal-changed", rank 10;
    /// A record is sealed no longer.
    SealLifted(SealLifted) = "organisation.seal-lifted", rank 11;
    /// A system may ask for the organisation.
    ClientRegistered(ClientRegistered) = "organisation.client-registered", rank 4;
    /// A system asks for some services of the organisation alone.
    ClientRestricted(ClientRestricted) = "organisation.client-restricted", rank 4;
    /// A system may not ask for the organisation any more.
    ClientRevoked(ClientRevoked) = "organisation.client-revoked", rank 5;
    /// Somebody may act for the organisation in a role.
    MemberGranted(MemberGranted) = "organisation.member-granted", rank 4;
    /// A membership has another last day.
    MembershipChanged(MembershipChanged) = "organisation.membership-changed", rank 5;
    /// A membership ended.
    MembershipEnded(MembershipEnded) = "organisation.membership-ended", rank 6;
    /// Naloxone came into a service's stock.
    StockReceived(StockReceived) = "naloxone.stock-received", rank 4;
    /// Kits on the shelf were counted.
    StockCounted(StockCounted) = "naloxone.stock-counted", rank 9;
    /// Kits left the shelf without being given to anybody.
    StockRemoved(StockRemoved) = "naloxone.stock-removed", rank 7;
    /// How many kits the service wants on its shelf.
    StockMinimumSet(StockMinimumSet) = "naloxone.stock-minimum-set", rank 4;
    /// Kits were given to somebody who is not a client.
    SuppliedToOther(SuppliedToOther) = "naloxone.supplied-to-other", rank 6;
    /// Whoever got called-back kits was told.
    SupplyRecallTold(SupplyRecallTold) = "naloxone.supply-recall-told", rank 8;
    /// A batch is called back.
    BatchRecalled(BatchRecalled) = "naloxone.batch-recalled", rank 4;
    /// A recall is over.
    RecallEnded(RecallEnded) = "naloxone.recall-ended", rank 5;
    /// A worker was trained.
    WorkerTrained(WorkerTrained) = "naloxone.worker-trained", rank 4;
    /// A record was opened.
    PersonRegistered(PersonRegistered) = "identity.person-registered", rank 10;
    /// An identifier became known.
    IdentifierRecorded(IdentifierRecorded) = "identity.identifier-recorded", rank 11;
    /// An identifier turned out not to be theirs.
    IdentifierWithdrawn(IdentifierWithdrawn) = "identity.identifier-withdrawn", rank 12;
    /// Names, birth, sex or ethnicity were corrected or completed.
    DemographicsCorrected(DemographicsCorrected) = "identity.demographics-corrected", rank 13;
    /// Where they live became known.
    ResidenceRecorded(ResidenceRecorded) = "identity.residence-recorded", rank 14;
    /// Two records were found to be one person's.
    RecordsMerged(RecordsMerged) = "identity.records-merged", rank 6;
    /// Two records that were read as one are two people's.
    MergeUndone(MergeUndone) = "identity.merge-undone", rank 7;
    /// Two records are two people's, however alike they look.
    MarkedNeverToMatch(MarkedNeverToMatch) = "identity.marked-never-to-match", rank 7;
    /// The police arrested them.
    Arrested(Arrested) = "justice.arrested", rank 15;
    /// They were tested for drugs in police detention.
    DrugTested(DrugTested) = "justice.drug-tested", rank 16;
    /// They were required to come to an assessment.
    AssessmentRequired(AssessmentRequired) = "justice.assessment-required", rank 17;
    /// They came to a required assessment.
    AssessmentAttended(AssessmentAttended) = "justice.assessment-attended", rank 18;
    /// They did not come to a required assessment.
    AssessmentMissed(AssessmentMissed) = "justice.assessment-missed", rank 18;
    /// A required assessment need no longer be attended.
    AssessmentLapsed(AssessmentLapsed) = "justice.assessment-lapsed", rank 19;
    /// A liaison and diversion worker met them.
    LiaisonContactRecorded(LiaisonContactRecorded) = "justice.liaison-contact-recorded", rank 16;
    /// They were bailed.
    Bailed(Bailed) = "justice.bailed", rank 19;
    /// A court decided.
    CourtOutcomeRecorded(CourtOutcomeRecorded) = "justice.court-outcome-recorded", rank 18;
    /// A court made a requirement part of an order.
    RequirementImposed(RequirementImposed) = "justice.requirement-imposed", rank 19;
    /// A requirement of an order ended.
    RequirementEnded(RequirementEnded) = "justice.requirement-ended", rank 27;
    /// The police resolved an offence out of court.
    ResolvedOutOfCourt(ResolvedOutOfCourt) = "justice.resolved-out-of-court", rank 19;
    /// Whether the conditions of an out-of-court resolution were met.
    ResolutionConcluded(ResolutionConcluded) = "justice.resolution-concluded", rank 27;
    /// They joined a cohort.
    CohortJoined(CohortJoined) = "justice.cohort-joined", rank 58;
    /// They left a cohort.
    CohortLeft(CohortLeft) = "justice.cohort-left", rank 59;
    /// They agreed to a use of their data.
    ConsentGiven(ConsentGiven) = "sharing.consent-given", rank 80;
    /// They were asked to agree and refused.
    ConsentRefused(ConsentRefused) = "sharing.consent-refused", rank 82;
    /// They no longer agree.
    ConsentWithdrawn(ConsentWithdrawn) = "sharing.consent-withdrawn", rank 83;
    /// They objected to a purpose, or to sharing with an organisation.
    ObjectionMade(ObjectionMade) = "sharing.objection-made", rank 82;
    /// They took an objection back.
    ObjectionWithdrawn(ObjectionWithdrawn) = "sharing.objection-withdrawn", rank 84;
    /// They were told what becomes of an objection.
    ObjectionAnswered(ObjectionAnswered) = "sharing.objection-answered", rank 84;
    /// The record is kept and not used, but for their care.
    RestrictionPlaced(RestrictionPlaced) = "sharing.restriction-placed", rank 82;
    /// A restriction is over.
    RestrictionLifted(RestrictionLifted) = "sharing.restriction-lifted", rank 84;
    /// An organisation was given sight of the record by another one.
    AgreementApplied(AgreementApplied) = "sharing.agreement-applied", rank 81;
    /// A sharing agreement no longer counts.
    AgreementEnded(AgreementEnded) = "sharing.agreement-ended", rank 84;
    /// Somebody asked for the record to be erased.
    ErasureAsked(ErasureAsked) = "protection.erasure-asked", rank 86;
    /// Somebody else agreed to an erasure.
    ErasureConfirmed(ErasureConfirmed) = "protection.erasure-confirmed", rank 87;
    /// An erasure is not to be carried out after all.
    ErasureTakenBack(ErasureTakenBack) = "protection.erasure-taken-back", rank 88;
    /// The record has to be kept.
    HoldPlaced(HoldPlaced) = "protection.hold-placed", rank 86;
    /// It no longer has to.
    HoldLifted(HoldLifted) = "protection.hold-lifted", rank 88;
    /// A referral of an organisation to itself gives it no sight of the record.
    SightWithheld(SightWithheld) = "sharing.sight-withheld", rank 81;
    /// A named worker attested that the person is there.
    PresenceAttested(PresenceAttested) = "sharing.presence-attested", rank 82;
    /// A clinician looked in an emergency.
    GlassBroken(GlassBroken) = "sharing.glass-broken", rank 85;
    /// An emergency look was reviewed.
    GlassReviewed(GlassReviewed) = "sharing.glass-reviewed", rank 86;
    /// A prison received them.
    Received(Received) = "custody.received", rank 20;
    /// They moved from prison to prison.
    Transferred(Transferred) = "custody.transferred", rank 21;
    /// They were taken to court.
    SentToCourt(SentToCourt) = "custody.sent-to-court", rank 22;
    /// They came back from court.
    ReturnedFromCourt(ReturnedFromCourt) = "custody.returned-from-court", rank 23;
    /// They left on temporary licence.
    TemporaryAbsenceStarted(TemporaryAbsenceStarted) = "custody.temporary-absence-started", rank 24;
    /// They came back from temporary licence.
    TemporaryAbsenceEnded(TemporaryAbsenceEnded) = "custody.temporary-absence-ended", rank 25;
    /// A movement that no list explains: a work item.
    MovementUnclassified(MovementUnclassified) = "custody.movement-unclassified", rank 26;
    /// A service asked another to take the person on.
    ReferralReceived(ReferralReceived) = "referral.received", rank 30;
    /// The service asked took the referral on.
    ReferralAccepted(ReferralAccepted) = "referral.accepted", rank 31;
    /// The service asked declined the referral.
    ReferralRejected(ReferralRejected) = "referral.rejected", rank 32;
    /// The first assessment after referral.
    Triaged(Triaged) = "referral.triaged", rank 33;
    /// The sender or the person took the referral back.
    ReferralWithdrawn(ReferralWithdrawn) = "referral.withdrawn", rank 34;
    /// The service asked passed the referral on to another one.
    ReferralSentOn(ReferralSentOn) = "referral.sent-on", rank 32;
    /// A service's spell with the person began.
    EpisodeOpened(EpisodeOpened) = "treatment.episode-opened", rank 35;
    /// The person waits for an intervention.
    PlacedOnWaitingList(PlacedOnWaitingList) = "referral.placed-on-waiting-list", rank 36;
    /// The person no longer waits, without having started.
    TakenOffWaitingList(TakenOffWaitingList) = "referral.taken-off-waiting-list", rank 37;
    /// A treatment began.
    InterventionStarted(InterventionStarted) = "treatment.intervention-started", rank 38;
    /// The person was seen within an episode.
    ContactRecorded(ContactRecorded) = "treatment.contact-recorded", rank 39;
    /// The person was referred to an intervention.
    InterventionReferred(InterventionReferred) = "treatment.intervention-referred", rank 36;
    /// The first appointment to begin an intervention was offered.
    FirstAppointmentOffered(FirstAppointmentOffered) = "treatment.first-appointment-offered", rank 37;
    /// An intervention was reviewed.
    InterventionReviewed(InterventionReviewed) = "treatment.intervention-reviewed", rank 40;
    /// Treatment rests for a while.
    PutOnHold(PutOnHold) = "treatment.put-on-hold", rank 43;
    /// Treatment goes on.
    Resumed(Resumed) = "treatment.resumed", rank 37;
    /// A prescription was made out until the next service takes over.
    PrescriptionBridged(PrescriptionBridged) = "treatment.prescription-bridged", rank 44;
    /// A care plan was agreed.
    CarePlanAgreed(CarePlanAgreed) = "treatment.care-plan-agreed", rank 40;
    /// A care plan was agreed anew.
    CarePlanRevised(CarePlanRevised) = "treatment.care-plan-revised", rank 41;
    /// Somebody became responsible for the person's care.
    KeyWorkerAssigned(KeyWorkerAssigned) = "treatment.key-worker-assigned", rank 40;
    /// A time was offered.
    AppointmentOffered(AppointmentOffered) = "appointment.offered", rank 40;
    /// An appointment got another time.
    AppointmentMoved(AppointmentMoved) = "appointment.moved", rank 41;
    /// The person came.
    AppointmentAttended(AppointmentAttended) = "appointment.attended", rank 42;
    /// The person did not come.
    AppointmentMissed(AppointmentMissed) = "appointment.missed", rank 43;
    /// An appointment was called off.
    AppointmentCancelled(AppointmentCancelled) = "appointment.cancelled", rank 44;
    /// A treatment ended.
    InterventionEnded(InterventionEnded) = "treatment.intervention-ended", rank 45;
    /// The episode ended, with a coded reason.
    ExitRecorded(ExitRecorded) = "treatment.exit-recorded", rank 46;
    /// What a service had open with the person is another's.
    ProviderChanged(ProviderChanged) = "treatment.provider-changed", rank 8;
    /// The exit was no exit.
    ExitRescinded(ExitRescinded) = "treatment.exit-rescinded", rank 47;
    /// The service tried to reach the person after an exit.
    FollowUpRecorded(FollowUpRecorded) = "treatment.follow-up-recorded", rank 48;
    /// An outcome profile was taken.
    OutcomeProfileRecorded(OutcomeProfileRecorded) = "treatment.outcome-profile-recorded", rank 40;
    /// The person moved into a placement.
    PlacementStarted(PlacementStarted) = "placement.started", rank 41;
    /// The person left a placement.
    PlacementEnded(PlacementEnded) = "placement.ended", rank 42;
    /// Somebody saw a need or a risk.
    NeedRaised(NeedRaised) = "need.raised", rank 54;
    /// A need was met, or a risk is over.
    NeedCleared(NeedCleared) = "need.cleared", rank 55;
    /// The person's care belongs to a grant, scheme or campaign.
    TagAdded(TagAdded) = "tag.added", rank 56;
    /// It no longer does.
    TagRemoved(TagRemoved) = "tag.removed", rank 57;
    /// An outreach worker met the person.
    OutreachContactRecorded(OutreachContactRecorded) = "outreach.contact-recorded", rank 58;
    /// A release date was planned.
    ReleasePlanned(ReleasePlanned) = "custody.release-planned", rank 50;
    /// A planned release date moved.
    ReleaseReplanned(ReleaseReplanned) = "custody.release-replanned", rank 51;
    /// A planned release will not happen.
    ReleasePlanCancelled(ReleasePlanCancelled) = "custody.release-plan-cancelled", rank 52;
    /// A kit was put with the property that is given back at release.
    KitPlacedInProperty(KitPlacedInProperty) = "naloxone.kit-placed-in-property", rank 53;
    /// They left prison, for one of several places.
    Released(Released) = "custody.released", rank 60;
    /// What was unknown of a release became known.
    ReleaseDetailsCompleted(ReleaseDetailsCompleted) = "custody.release-details-completed", rank 61;
    /// A kit was given out.
    KitIssued(KitIssued) = "naloxone.kit-issued", rank 65;
    /// A kit from property reached the person's hands.
    KitHandedOver(KitHandedOver) = "naloxone.kit-handed-over", rank 66;
    /// A kit was used on somebody.
    KitUsed(KitUsed) = "naloxone.kit-used", rank 67;
    /// The person no longer has a kit.
    KitLost(KitLost) = "naloxone.kit-lost", rank 68;
    /// A kit was taken away from the person.
    KitConfiscated(KitConfiscated) = "naloxone.kit-confiscated", rank 68;
    /// A kit that was gone is back.
    KitReturned(KitReturned) = "naloxone.kit-returned", rank 69;
    /// The holder of a kit of a called-back batch was told.
    KitRecallTold(KitRecallTold) = "naloxone.recall-told", rank 69;
    /// Naloxone was offered.
    NaloxoneOffered(NaloxoneOffered) = "naloxone.offered", rank 63;
    /// The person was trained.
    TrainingGiven(TrainingGiven) = "naloxone.training-given", rank 64;
    /// The person overdosed.
    OverdoseReported(OverdoseReported) = "harm.overdose-reported", rank 70;
    /// What follows from an overdose was gone through.
    OverdoseReviewed(OverdoseReviewed) = "harm.overdose-reviewed", rank 71;
    /// Somebody says that the person died.
    DeathReported(DeathReported) = "harm.death-reported", rank 72;
    /// The death is certain.
    DeathConfirmed(DeathConfirmed) = "harm.death-confirmed", rank 73;
    /// What the person died of is known.
    DeathConcluded(DeathConcluded) = "harm.death-concluded", rank 74;
    /// The person lives.
    DeathRejected(DeathRejected) = "harm.death-rejected", rank 75;
}
