//! The lists.

use serde::{Deserialize, Serialize};

/// Which list a line stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A referral on which the service asked has to decide: from its date until it is accepted, rejected or
    /// withdrawn.
    ReferralToActOn,
    /// The same, when it hands the care of an episode over. Such a referral stands on both lists.
    TransferToAccept,
    /// An accepted referral without triage.
    TriageDue,
    /// Accepted, needs an intervention, has not started (`cases.md` W3).
    Waiting,
    /// An open episode.
    Caseload,
    /// An appointment that was offered, until it is known whether the person came.
    AppointmentToCome,
    /// An appointment that the person missed, until another one is offered or they are seen.
    AppointmentMissed,
    /// A prescription that another service made out until this one takes over.
    PrescriptionToTakeOver,
    /// Two services prescribe in place of opioids at once: an alarm for both and for the partnership.
    PrescribedTwice,
    /// A kit that was used or has expired, until it is replaced.
    NaloxoneToReplace,
    /// A kit in property, until the person got it.
    NaloxoneToHandOver,
    /// An assessment that police required, until it was attended or lapsed.
    AssessmentRequired,
    /// A release to the community; it never closes.
    Release,
    /// A release to come.
    ReleasePlanned,
    /// A release of which the residence is unknown, or whether the person was referred, until both are told.
    ReleaseToComplete,
    /// A movement or a release that no list explains.
    MovementToClassify,
    /// Something told that does not fit, until it is settled.
    ConflictToSettle,
    /// An overdose, until it was gone through.
    OverdoseToReview,
    /// A death that was reported, until its cause is known.
    DeathToFollow,
    /// A start profile that is missing: from the first structured start.
    StartProfileDue,
    /// An outcome review that is due, every half-year; on the list six weeks before.
    OutcomeReviewDue,
    /// Somebody to be followed up after an exit.
    FollowUpDue,
    /// Somebody who left unplanned and is in nobody's care.
    ToReEngage,
    /// A young person to hand over to care for adults.
    TransitionDue,
    /// An open need or risk that everybody may see who sees the record.
    Need,
    /// An open need that few may see; its lines do not say which.
    RestrictedNeed,
    /// A grant, scheme or campaign to which care belongs.
    Tag,
    /// A placement in detoxification or residential rehabilitation.
    Placement,
    /// Somebody whom outreach met lately.
    OutreachContact,
    /// Two records were joined lately.
    RecordsMerged,
    /// More people see the record than were asked to care for the person.
    SightWidened,
    /// A look in an emergency, for the organisation whose clinician looked; it never closes.
    GlassBroken,
    /// An erasure on which two people agreed, from the day on which it is carried out.
    ErasureDue,
    /// A contract moved, and with it what the service left had open with the person; it never closes.
    HandedOver,
    /// The organisation may see the person: from acceptance on.
    VisibleTo,
    /// A kit that a client got, from the day on which it left the shelf; it never closes.
    NaloxoneKit,
    /// A batch that a service has or had; it never closes. Of a service, not of a person.
    NaloxoneStock,
    /// A journey, to be counted: from its first triage until the day after its end.
    Journey,
    /// A referral, to be counted; it never closes.
    ReferralMade,
    /// A referral to an intervention, to be counted; it never closes.
    InterventionAwaited,
    /// A kit that reached a client, to be counted; it never closes.
    KitSupplied,
    /// An overdose, to be counted; it never closes.
    OverdoseTold,
    /// A death, to be counted; it never closes.
    DeathTold,
    /// An episode that owes outcome profiles, to be counted; it never closes.
    ProfilesOwed,
    /// A test on arrest, to be counted; of nobody's service, and it never closes.
    TestOnArrest,
    /// An assessment that was required, to be counted; it never closes.
    AssessmentImposed,
    /// A requirement or the conditions of a resolution, to be counted; it never closes.
    ConditionSet,
    /// Somebody passed into prison, or out of police custody or court, to be counted; it never closes.
    Passage,
}

impl RowKind {
    /// Every kind.
    pub const ALL: [Self; 48] = [
        Self::ReferralToActOn,
        Self::TransferToAccept,
        Self::TriageDue,
        Self::Waiting,
        Self::Caseload,
        Self::AppointmentToCome,
        Self::AppointmentMissed,
        Self::PrescriptionToTakeOver,
        Self::PrescribedTwice,
        Self::NaloxoneToReplace,
        Self::NaloxoneToHandOver,
        Self::AssessmentRequired,
        Self::Release,
        Self::ReleasePlanned,
        Self::ReleaseToComplete,
        Self::MovementToClassify,
        Self::ConflictToSettle,
        Self::OverdoseToReview,
        Self::DeathToFollow,
        Self::StartProfileDue,
        Self::OutcomeReviewDue,
        Self::FollowUpDue,
        Self::ToReEngage,
        Self::TransitionDue,
        Self::Need,
        Self::RestrictedNeed,
        Self::Tag,
        Self::Placement,
        Self::OutreachContact,
        Self::RecordsMerged,
        Self::SightWidened,
        Self::GlassBroken,
        Self::ErasureDue,
        Self::HandedOver,
        Self::VisibleTo,
        Self::NaloxoneKit,
        Self::NaloxoneStock,
        Self::Journey,
        Self::ReferralMade,
        Self::InterventionAwaited,
        Self::KitSupplied,
        Self::OverdoseTold,
        Self::DeathTold,
        Self::ProfilesOwed,
        Self::TestOnArrest,
        Self::AssessmentImposed,
        Self::ConditionSet,
        Self::Passage,
    ];

    /// Its name in the projection and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReferralToActOn => "referral_to_act_on",
            Self::TransferToAccept => "transfer_to_accept",
            Self::TriageDue => "triage_due",
            Self::Waiting => "waiting",
            Self::Caseload => "caseload",
            Self::AppointmentToCome => "appointment_to_come",
            Self::AppointmentMissed => "appointment_missed",
            Self::PrescriptionToTakeOver => "prescription_to_take_over",
            Self::PrescribedTwice => "prescribed_twice",
            Self::NaloxoneToReplace => "naloxone_to_replace",
            Self::NaloxoneToHandOver => "naloxone_to_hand_over",
            Self::AssessmentRequired => "assessment_required",
            Self::Release => "release",
            Self::ReleasePlanned => "release_planned",
            Self::ReleaseToComplete => "release_to_complete",
            Self::MovementToClassify => "movement_to_classify",
            Self::ConflictToSettle => "conflict_to_settle",
            Self::OverdoseToReview => "overdose_to_review",
            Self::DeathToFollow => "death_to_follow",
            Self::StartProfileDue => "start_profile_due",
            Self::OutcomeReviewDue => "outcome_review_due",
            Self::FollowUpDue => "follow_up_due",
            Self::ToReEngage => "to_re_engage",
            Self::TransitionDue => "transition_due",
            Self::Need => "need",
            Self::RestrictedNeed => "restricted_need",
            Self::Tag => "tag",
            Self::Placement => "placement",
            Self::OutreachContact => "outreach_contact",
            Self::RecordsMerged => "records_merged",
            Self::SightWidened => "sight_widened",
            Self::GlassBroken => "glass_broken",
            Self::ErasureDue => "erasure_due",
            Self::HandedOver => "handed_over",
            Self::VisibleTo => "visible_to",
            Self::NaloxoneKit => "naloxone_kit",
            Self::NaloxoneStock => "naloxone_stock",
            Self::Journey => "journey",
            Self::ReferralMade => "referral_made",
            Self::InterventionAwaited => "intervention_awaited",
            Self::KitSupplied => "kit_supplied",
            Self::OverdoseTold => "overdose_told",
            Self::DeathTold => "death_told",
            Self::ProfilesOwed => "profiles_owed",
            Self::TestOnArrest => "test_on_arrest",
            Self::AssessmentImposed => "assessment_imposed",
            Self::ConditionSet => "condition_set",
            Self::Passage => "passage",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// True for lines that are there to be counted in figures, and stand on no list of work.
    pub fn is_counted_only(self) -> bool {
        matches!(
            self,
            Self::Journey
                | Self::ReferralMade
                | Self::InterventionAwaited
                | Self::KitSupplied
                | Self::OverdoseTold
                | Self::DeathTold
                | Self::ProfilesOwed
                | Self::TestOnArrest
                | Self::AssessmentImposed
                | Self::ConditionSet
                | Self::Passage
        )
    }

    /// True for lines of which not everybody may know who sees the person: the record says who.
    pub fn is_judged_by_the_record(self) -> bool {
        matches!(
            self,
            Self::RestrictedNeed | Self::AssessmentRequired | Self::TestOnArrest | Self::AssessmentImposed
        )
    }

    /// True for what a death leaves nothing to do about. An episode stays on the caseload until its exit is
    /// recorded (reason 89).
    pub(super) fn ends_with_death(self) -> bool {
        matches!(
            self,
            Self::ReferralToActOn
                | Self::TransferToAccept
                | Self::TriageDue
                | Self::Waiting
                | Self::AppointmentToCome
                | Self::AppointmentMissed
                | Self::PrescriptionToTakeOver
                | Self::PrescribedTwice
                | Self::NaloxoneToReplace
                | Self::NaloxoneToHandOver
                | Self::AssessmentRequired
                | Self::ReleasePlanned
                | Self::ReleaseToComplete
                | Self::OverdoseToReview
                | Self::StartProfileDue
                | Self::OutcomeReviewDue
                | Self::FollowUpDue
                | Self::ToReEngage
                | Self::TransitionDue
                | Self::Need
                | Self::RestrictedNeed
                | Self::Tag
                | Self::Placement
                | Self::OutreachContact
        )
    }
}
