//! What is entered in the place of an error: the bodies of the endpoints that record it, one of them filled in.

use crate::api::appointments::{
    Absence, AppointmentCancellation, Attendance, EpisodeAppointment, ReferralAppointment, Rescheduling,
};
use crate::api::custody::{
    CustodyMovement, NewReleasePlan, ReleaseCancellation, ReleaseDetails, ReleaseRevision,
};
use crate::api::episodes::{
    BridgingPrescription, CarePlan, CarePlanRevision, Contact, Exit, ExitRescission, FirstAppointment,
    FollowUp, Hold, InterventionEnd, InterventionReferral, InterventionReview, InterventionStart, KeyWorker,
    NewIntervention, OutcomeProfile, Resumption, WaitingListEntry, WaitingListRemoval,
};
use crate::api::harm::{
    DeathConclusion, DeathConfirmation, DeathRejection, DeathReport, OverdoseReport, OverdoseReview,
};
use crate::api::justice::{
    AssessmentAbsence, AssessmentAttendance, AssessmentLapse, CohortEnd, LiaisonContact, NewArrest, NewBail,
    NewCohort, NewCourtOutcome, NewDrugTest, NewRequiredAssessment, NewResolution, RequirementEnd,
    ResolutionOutcome,
};
use crate::api::naloxone::{
    KitConfiscation, KitHandover, KitLoss, KitReturn, KitUse, NaloxoneIssue, NaloxoneOffer,
    NaloxonePlacement, NaloxoneTraining, RecallNotice,
};
use crate::api::needs::{NeedClearing, NewNeed};
use crate::api::outreach::OutreachContact;
use crate::api::people::{DemographicsCorrection, NewIdentifier, NewResidence};
use crate::api::placements::{NewPlacement, PlacementEnd};
use crate::api::recording::{Entry, Told, command_body};
use crate::api::referrals::{Acceptance, OnwardReferral, Rejection, Triage, Withdrawal};
use crate::api::sharing::{
    ConsentRefusal, ConsentWithdrawal, NewConsent, NewObjection, NewRestriction, NewSharingAgreement,
    ObjectionAnswer, ObjectionWithdrawal, RestrictionLift, SharingAgreementEnd,
};
use crate::api::tags::{NewTag, TagRemoval};
use crate::api::wire::{Reading, asked};
use crate::path::{IdPath, TwoIdsPath};
use jiff::Timestamp;
use serde::Deserialize;
use throughcare_app::Address;
use throughcare_domain::command::{Asked, Command, NewReferral};
use throughcare_domain::id::EpisodeId;
use utoipa::ToSchema;
use uuid::Uuid;

/// An entry about something that has an id of its own.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct About<E> {
    /// The referral, episode, plan, release or kit.
    pub id: Uuid,
    /// As it would be posted there.
    pub entry: E,
}

/// An entry about an intervention.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AboutIntervention<E> {
    /// The episode.
    pub id: Uuid,
    /// The intervention.
    pub intervention_id: Uuid,
    /// As it would be posted there.
    pub entry: E,
}

command_body! {
    /// A referral of the person.
    pub struct ReplacementReferral {
        /// A code of `referral-sources`.
        #[schema(min_length = 1, max_length = 40)]
        pub source: String,
        /// The service asked.
        #[schema(min_length = 2, max_length = 64)]
        pub to_service: String,
        /// The service that asks, when it is one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub from_service: Option<String>,
        /// The episode whose care is handed over.
        pub transfer_of: Option<Uuid>,
        /// Codes of `substances`, most important first.
        #[serde(default)]
        #[schema(max_items = 3)]
        pub substances: Vec<String>,
    }
}

impl Entry for ReplacementReferral {
    type At = IdPath;

    fn address(IdPath(id): IdPath) -> Address {
        Address::Person(id.into())
    }

    fn command(self, _: IdPath, reading: &mut Reading, _: Timestamp) -> Option<Command> {
        let source = reading.code(&self.source, "/source");
        let to_service = reading.service(&self.to_service, "/toService");
        let from_service = self
            .from_service
            .and_then(|code| reading.service(&code, "/fromService"));
        let substances = reading.codes(&self.substances, "/substances");
        Some(Command::Refer(NewReferral {
            source: source?,
            to_service: to_service?,
            from_service,
            transfer_of: self.transfer_of.map(EpisodeId),
            substances,
        }))
    }
}

/// One entry as what is asked; its faults stand under its place in the request.
fn entry<E: Entry>(
    mut told: E,
    at: E::At,
    under: &str,
    reading: &mut Reading,
    now: Timestamp,
) -> Option<Asked> {
    let Told { occurred, note, .. } = told.told();
    let mut own = Reading::default();
    let command = told.command(at, &mut own, now);
    reading.faults.absorb(under, own.faults);
    Some(Asked {
        under: under.to_owned(),
        ..asked(occurred, note, command?, now)
    })
}

macro_rules! replacement {
    (
        of the person { $($own:ident $own_name:literal: $own_entry:ty,)* }
        about what belongs to them { $($about:ident $about_name:literal: $about_entry:ty,)* }
        about an intervention { $($part:ident $part_name:literal: $part_entry:ty,)* }
    ) => {
        /// What is entered in the place of an error: exactly one entry, as it would be posted by itself.
        #[derive(Clone, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct Replacement {
            /// In whose record; the same when absent.
            pub person_id: Option<Uuid>,
            $(#[doc = concat!("For `", $own_name, "`.")] pub $own: Option<$own_entry>,)*
            $(#[doc = concat!("For `", $about_name, "`.")] pub $about: Option<About<$about_entry>>,)*
            $(#[doc = concat!("For `", $part_name, "`.")] pub $part: Option<AboutIntervention<$part_entry>>,)*
        }

        /// The names of the entries that can be told.
        const ENTRIES: &[&str] = &[$($own_name,)* $($about_name,)* $($part_name),*];

        impl Replacement {
            /// What is asked in the record of this person.
            pub fn read(self, person: Uuid, reading: &mut Reading, now: Timestamp) -> Option<Asked> {
                let mut given = Vec::new();
                $(if let Some(told) = self.$own {
                    given.push(entry(told, IdPath(person), concat!("/replacement/", $own_name), reading, now));
                })*
                $(if let Some(About { id, entry: told }) = self.$about {
                    given.push(entry(told, IdPath(id), concat!("/replacement/", $about_name, "/entry"), reading, now));
                })*
                $(if let Some(AboutIntervention { id, intervention_id, entry: told }) = self.$part {
                    let at = TwoIdsPath(id, intervention_id);
                    given.push(entry(told, at, concat!("/replacement/", $part_name, "/entry"), reading, now));
                })*
                match given.len() {
                    1 => given.pop().flatten(),
                    0 => {
                        let detail = format!("Say what is entered instead: one of {}.", ENTRIES.join(", "));
                        reading.faults.add("/replacement", "missing", detail);
                        None
                    }
                    _ => {
                        let detail = "Give one entry. What else was wrong is corrected by another request.";
                        reading.faults.add("/replacement", "ambiguous", detail);
                        None
                    }
                }
            }
        }
    };
}

replacement! {
    of the person {
        identifier "identifier": NewIdentifier,
        demographics "demographics": DemographicsCorrection,
        residence "residence": NewResidence,
        custody_movement "custodyMovement": CustodyMovement,
        release_plan "releasePlan": NewReleasePlan,
        referral "referral": ReplacementReferral,
        naloxone_issue "naloxoneIssue": NaloxoneIssue,
        naloxone_placement "naloxonePlacement": NaloxonePlacement,
        naloxone_offer "naloxoneOffer": NaloxoneOffer,
        naloxone_training "naloxoneTraining": NaloxoneTraining,
        overdose "overdose": OverdoseReport,
        death "death": DeathReport,
        need "need": NewNeed,
        tag "tag": NewTag,
        placement "placement": NewPlacement,
        outreach_contact "outreachContact": OutreachContact,
        arrest "arrest": NewArrest,
        drug_test "drugTest": NewDrugTest,
        required_assessment "requiredAssessment": NewRequiredAssessment,
        liaison_contact "liaisonContact": LiaisonContact,
        bail "bail": NewBail,
        court_outcome "courtOutcome": NewCourtOutcome,
        out_of_court_resolution "outOfCourtResolution": NewResolution,
        cohort "cohort": NewCohort,
        consent "consent": NewConsent,
        consent_refusal "consentRefusal": ConsentRefusal,
        consent_withdrawal "consentWithdrawal": ConsentWithdrawal,
        objection "objection": NewObjection,
        restriction "restriction": NewRestriction,
        sharing_agreement "sharingAgreement": NewSharingAgreement,
    }
    about what belongs to them {
        release_plan_revision "releasePlanRevision": ReleaseRevision,
        release_plan_cancellation "releasePlanCancellation": ReleaseCancellation,
        release_details "releaseDetails": ReleaseDetails,
        acceptance "acceptance": Acceptance,
        rejection "rejection": Rejection,
        withdrawal "withdrawal": Withdrawal,
        onward_referral "onwardReferral": OnwardReferral,
        referral_appointment "referralAppointment": ReferralAppointment,
        episode_appointment "episodeAppointment": EpisodeAppointment,
        rescheduling "rescheduling": Rescheduling,
        attendance "attendance": Attendance,
        absence "absence": Absence,
        appointment_cancellation "appointmentCancellation": AppointmentCancellation,
        intervention_referral "interventionReferral": InterventionReferral,
        hold "hold": Hold,
        resumption "resumption": Resumption,
        bridging_prescription "bridgingPrescription": BridgingPrescription,
        care_plan "carePlan": CarePlan,
        care_plan_revision "carePlanRevision": CarePlanRevision,
        key_worker "keyWorker": KeyWorker,
        triage "triage": Triage,
        waiting_list_entry "waitingListEntry": WaitingListEntry,
        waiting_list_removal "waitingListRemoval": WaitingListRemoval,
        intervention "intervention": NewIntervention,
        contact "contact": Contact,
        exit "exit": Exit,
        kit_handover "kitHandover": KitHandover,
        kit_use "kitUse": KitUse,
        kit_loss "kitLoss": KitLoss,
        kit_confiscation "kitConfiscation": KitConfiscation,
        kit_return "kitReturn": KitReturn,
        kit_recall_notice "kitRecallNotice": RecallNotice,
        overdose_review "overdoseReview": OverdoseReview,
        death_confirmation "deathConfirmation": DeathConfirmation,
        death_conclusion "deathConclusion": DeathConclusion,
        death_rejection "deathRejection": DeathRejection,
        outcome_profile "outcomeProfile": OutcomeProfile,
        exit_rescission "exitRescission": ExitRescission,
        follow_up "followUp": FollowUp,
        need_clearing "needClearing": NeedClearing,
        tag_removal "tagRemoval": TagRemoval,
        placement_end "placementEnd": PlacementEnd,
        assessment_attendance "assessmentAttendance": AssessmentAttendance,
        assessment_absence "assessmentAbsence": AssessmentAbsence,
        assessment_lapse "assessmentLapse": AssessmentLapse,
        requirement_end "requirementEnd": RequirementEnd,
        resolution_outcome "resolutionOutcome": ResolutionOutcome,
        cohort_end "cohortEnd": CohortEnd,
        objection_withdrawal "objectionWithdrawal": ObjectionWithdrawal,
        objection_answer "objectionAnswer": ObjectionAnswer,
        restriction_lift "restrictionLift": RestrictionLift,
        sharing_agreement_end "sharingAgreementEnd": SharingAgreementEnd,
    }
    about an intervention {
        intervention_end "interventionEnd": InterventionEnd,
        first_appointment "firstAppointment": FirstAppointment,
        intervention_start "interventionStart": InterventionStart,
        intervention_review "interventionReview": InterventionReview,
    }
}
