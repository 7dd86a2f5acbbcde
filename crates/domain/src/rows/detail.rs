//! What a line shows: coded facts and dates, no names and no identifiers.

mod counted;
mod figures;
mod naloxone;
mod outcome;
mod sight;

pub use counted::*;
pub use figures::*;
pub use naloxone::*;
pub use outcome::*;
pub use sight::*;

use crate::code::{Code, OrganisationCode, ServiceCode, UserName};
use crate::continuity::{PlannedRelease, ReleaseFacts};
use crate::fact::{AssessmentKind, ServiceKind};
use crate::id::{EpisodeId, EventId, InterventionId, ReferralId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The facts of a line, by its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "camelCase")]
pub enum RowDetail {
    /// Of `referral_to_act_on` and `transfer_to_accept`.
    Referral(ReferralRow),
    /// Of `triage_due`.
    Triage(TriageRow),
    /// Of `waiting`.
    Waiting(WaitingRow),
    /// Of `caseload`.
    Episode(EpisodeRow),
    /// Of `appointment_to_come` and `appointment_missed`.
    Appointment(AppointmentRow),
    /// Of `prescription_to_take_over`.
    Bridge(BridgeRow),
    /// Of `prescribed_twice`.
    Twice(TwiceRow),
    /// Of `naloxone_to_replace`.
    Kit(KitRow),
    /// Of `naloxone_to_hand_over`.
    HandOver(HandOverRow),
    /// Of `assessment_required`.
    Assessment(AssessmentRow),
    /// Of `release`.
    Release(Box<ReleaseFacts>),
    /// Of `release_planned`.
    Plan(Box<PlannedRelease>),
    /// Of `release_to_complete`.
    ToComplete(ToCompleteRow),
    /// Of `movement_to_classify`.
    Movement(MovementRow),
    /// Of `conflict_to_settle`.
    Conflict(ConflictRow),
    /// Of `overdose_to_review`.
    Overdose(OverdoseRow),
    /// Of `death_to_follow`.
    Death(DeathRow),
    /// Of `start_profile_due` and `outcome_review_due`.
    Profile(ProfileRow),
    /// Of `follow_up_due`.
    FollowUp(FollowUpRow),
    /// Of `to_re_engage`.
    ReEngage(ReEngageRow),
    /// Of `transition_due`.
    Transition(TransitionRow),
    /// Of `need` and `restricted_need`.
    Need(NeedRow),
    /// Of `tag`.
    Tag(TagRow),
    /// Of `placement`.
    Placement(PlacementRow),
    /// Of `outreach_contact`.
    Outreach(OutreachRow),
    /// Of `records_merged`.
    Joined(JoinedRow),
    /// Of `sight_widened`.
    Widened(WidenedRow),
    /// Of `glass_broken`.
    Glass(GlassRow),
    /// Of `erasure_due`.
    Erasure(ErasureRow),
    /// Of `handed_over`.
    HandedOver(HandedOverRow),
    /// Of `visible_to`.
    Relationship(RelationshipRow),
    /// Of `naloxone_kit`.
    Traced(TracedKitRow),
    /// Of `naloxone_stock`.
    Stock(StockRow),
    /// Of `journey`.
    Journey(Box<JourneyRow>),
    /// Of `referral_made`.
    Made(Box<ReferralMadeRow>),
    /// Of `intervention_awaited`.
    Awaited(Box<AwaitedRow>),
    /// Of `kit_supplied`.
    Supplied(Box<KitSuppliedRow>),
    /// Of `overdose_told` and `death_told`.
    Harm(Box<HarmRow>),
    /// Of `profiles_owed`.
    Profiles(Box<ProfilesRow>),
    /// Of `test_on_arrest`.
    Tested(Box<TestedRow>),
    /// Of `assessment_imposed`.
    Imposed(Box<AssessmentImposedRow>),
    /// Of `condition_set`.
    Condition(Box<ConditionRow>),
    /// Of `passage`.
    Passage(Box<PassageRow>),
}

/// What a contract took over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandedOverRow {
    /// The service that took over.
    pub to_service: ServiceCode,
    /// The event that says so.
    pub event: EventId,
}

/// A referral on which to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralRow {
    /// The referral date; its age is counted from here.
    pub received_on: Date,
    /// Code of `referral-sources`.
    pub source: Code,
    /// Who sent it.
    pub from_organisation: OrganisationCode,
    /// The service that sent it, when one of this system did.
    pub from_service: Option<ServiceCode>,
    /// Codes of `substances`, most important first.
    pub substances: Vec<Code>,
    /// The episode whose care is handed over.
    pub transfer_of: Option<EpisodeId>,
}

/// An accepted referral to triage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TriageRow {
    /// The referral date, from which the days to triage are counted.
    pub received_on: Date,
    /// When it was accepted.
    pub accepted_on: Date,
    /// The last day on which triage is in time; counted from the first of the referrals that led here.
    pub due_on: Date,
    /// The first of those referrals, when another service had the person before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_referred_on: Option<Date>,
    /// The next appointment that was offered for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_on: Option<Date>,
    /// Since when none is on offer; absent once one was offered and not called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nothing_offered_since: Option<Date>,
    /// Code of `referral-sources`.
    pub source: Code,
    /// Who sent it.
    pub from_organisation: OrganisationCode,
    /// Codes of `substances`, most important first.
    pub substances: Vec<Code>,
}

/// A wait for an intervention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitingRow {
    /// The referral from which the need came.
    pub referral: Option<ReferralId>,
    /// The episode, once triaged.
    pub episode: Option<EpisodeId>,
    /// The referral date.
    pub received_on: Option<Date>,
    /// When the referral was accepted.
    pub accepted_on: Option<Date>,
    /// When the person was triaged.
    pub triaged_on: Option<Date>,
    /// When the person was placed on the list for a named intervention.
    pub placed_on: Option<Date>,
    /// Code of `interventions`: what is waited for, once named.
    pub intervention: Option<Code>,
    /// When the person was referred to the intervention, from which the wait in statistics counts (`cases.md` W1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referred_on: Option<Date>,
    /// When the first appointment was offered, with which that wait ends, and for which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_appointment: Option<FirstAppointmentRow>,
    /// Codes of `substances`, most important first.
    pub substances: Vec<Code>,
}

/// The first appointment that was offered to begin an intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstAppointmentRow {
    /// When it was offered.
    pub offered_on: Date,
    /// For which day.
    pub offered_for: Date,
}

/// An appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentRow {
    /// The referral that it is about, or from which the episode came.
    pub referral: Option<ReferralId>,
    /// The episode that it is about.
    pub episode: Option<EpisodeId>,
    /// The intervention for which it is.
    pub intervention: Option<InterventionId>,
    /// Code of `appointment-kinds`.
    pub kind: Code,
    /// When it begins.
    pub starts_at: Timestamp,
    /// On which day in London.
    pub starts_on: Date,
    /// How often it was moved.
    pub times_moved: u32,
    /// When the person missed it; in `appointment_missed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_on: Option<Date>,
    /// Code of `appointment-miss-reasons`; in `appointment_missed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
}

/// A prescription to take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BridgeRow {
    /// The episode from which it comes.
    pub episode: EpisodeId,
    /// The service that made it out.
    pub from_service: ServiceCode,
    /// Code of `bridging-medicines`.
    pub medicine: Code,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

/// Two services that prescribe in place of opioids at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TwiceRow {
    /// The prescription that ran already.
    pub first: TwiceSide,
    /// The one that came besides.
    pub second: TwiceSide,
}

/// One of two services that prescribe at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TwiceSide {
    /// Which service.
    pub service: ServiceCode,
    /// In which episode.
    pub episode: EpisodeId,
    /// Since when.
    pub since: Date,
    /// Code of `interventions` or, of a bridge, of `bridging-medicines`.
    pub code: Code,
}

/// An open episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EpisodeRow {
    /// The kind of service.
    pub service_kind: ServiceKind,
    /// The referral from which it came.
    pub referral: Option<ReferralId>,
    /// The triage date.
    pub triaged_on: Date,
    /// The first structured intervention.
    pub first_structured_start: Option<Date>,
    /// Codes of `interventions` that go on, in order of their start.
    pub interventions: Vec<Code>,
    /// When the person was last seen or started something.
    pub last_seen_on: Date,
    /// Who is responsible for the person's care, by user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_worker: Option<UserName>,
    /// Since when treatment is on hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_hold_since: Option<Date>,
    /// Code of `hold-reasons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_reason: Option<Code>,
    /// When the care plan is to be reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub care_plan_review_on: Option<Date>,
    /// The next appointment that was offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_on: Option<Date>,
}

/// A release to complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToCompleteRow {
    /// The day of release.
    pub released_on: Date,
    /// Nobody knows where the person lives, nor that they have no fixed abode.
    pub residence_missing: bool,
    /// Nobody said whether the person was referred.
    pub referral_missing: bool,
}

/// A movement to classify.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MovementRow {
    /// Movement type as sent; `REL` for a release whose reason no list explains.
    pub movement_type: Code,
    /// Reason as sent.
    pub reason: Code,
    /// The day it happened.
    pub happened_on: Date,
}

/// A required assessment, without what a test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentRow {
    /// Which of the two.
    pub assessment: AssessmentKind,
    /// When it was imposed.
    pub imposed_on: Date,
    /// The organisation that imposed it.
    pub imposed_by: OrganisationCode,
    /// The day told to the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointed_on: Option<Date>,
    /// The last day on which the person did not come, or did not stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_on: Option<Date>,
    /// By when the service carries it out, or says what becomes of it; of who imposed it nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
}

/// Something told that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictRow {
    /// Stable codes of what is wrong, such as `overlapping_prison_spell`; none for those who do not see the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// The type of the event, such as `custody.received`; absent for those who do not see the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// The day on which it happened, as told.
    pub happened_on: Date,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// The organisation that recorded it, which alone can void it.
    pub recorded_by: OrganisationCode,
}

/// An overdose to review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverdoseRow {
    /// The day of the overdose.
    pub happened_on: Date,
    /// Code of `overdose-outcomes`.
    pub outcome: Code,
    /// Codes of `substances` suspected, most likely first.
    pub substances: Vec<Code>,
    /// Whether naloxone was given, as far as anybody knows.
    pub naloxone_given: Option<bool>,
    /// Who was responsible for the person's care, by service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_workers: Vec<KeyWorkerRow>,
}

/// Who is responsible for a person's care at a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyWorkerRow {
    /// The service.
    pub service: ServiceCode,
    /// By user name.
    pub key_worker: UserName,
}

/// A death to follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeathRow {
    /// The day of death, as far as it is known.
    pub died_on: Date,
    /// Code of `death-suspicions`.
    pub suspected: Code,
    /// When it became certain.
    pub confirmed_on: Option<Date>,
    /// Whether treatment knew the person: `now`, `within_12_months`, `ever` or `never`.
    pub known_to_treatment: String,
    /// Within four weeks of a release.
    pub after_release: bool,
    /// Within six months of leaving treatment.
    pub after_treatment: bool,
}

/// Why an organisation may see the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RelationshipRow {
    /// The referral it accepted, when that came first.
    pub referral: Option<ReferralId>,
    /// Its episode, when that came first.
    pub episode: Option<EpisodeId>,
}
