//! What each command needs of the caller: one line for each, and no look at the record.

use super::Rule;
use crate::command::{
    AppointmentCommand, Command, JusticeCommand, NewReferral, ProtectionCommand, SharingCommand, SightCommand,
};
use crate::id::{EpisodeId, EventId, NeedId, PlacementId, ReferralId, TagId};
use crate::rows::RowKind;
use uuid::Uuid;

/// What a command needs of the caller.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs<'c> {
    /// To be the program itself.
    Program,
    /// To see the person, whatever the record says.
    Nothing,
    /// To have recorded these events.
    Recorded(&'c [EventId]),
    /// To have raised the need, or to see the record.
    Need(NeedId),
    /// To have added the tag, or to see the record.
    Tag(TagId),
    /// To have arranged the placement.
    Placement(PlacementId),
    /// To see the record, to have reported it, or to have it on one's list.
    FollowUp(RowKind, Uuid),
    /// To be one of the two sides of a referral.
    EitherSide(ReferralId),
    /// To be the service asked.
    ServiceAsked(ReferralId),
    /// To have the episode.
    Episode(EpisodeId),
    /// To have what the appointment is about.
    Appointment(&'c AppointmentCommand),
    /// To see the whole record, and not by a sharing agreement alone.
    Whole,
    /// What is asked of whoever records what police and courts do.
    Justice(&'c JusticeCommand),
    /// What is asked of whoever records consent, objections, restrictions and agreements.
    Sharing(&'c SharingCommand),
    /// To answer for the data of an organisation that knows the person.
    Protection(&'c ProtectionCommand),
    /// What is asked of whoever looks in an emergency, and of whoever reviews it.
    Sight(&'c SightCommand),
    /// Not to tie oneself to the person by it.
    Referral(&'c NewReferral),
}

/// Work that is not for liaison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Care.
    Care,
    /// Giving out naloxone.
    Naloxone,
    /// Saying which records are one person's.
    Records,
    /// Deciding who sees a record.
    Sharing,
}

impl Work {
    /// The rule that keeps others from it.
    pub(super) fn rule(self) -> Rule {
        match self {
            Self::Care => Rule::CareIsForWorkers,
            Self::Naloxone => Rule::NaloxoneIsForWorkers,
            Self::Records => Rule::RecordsAreJoinedByWorkers,
            Self::Sharing => Rule::SharingIsForWorkers,
        }
    }
}

impl<'c> Needs<'c> {
    /// What a command needs, and whether it is work that is not for liaison.
    pub(super) fn of(command: &'c Command) -> (Option<Work>, Self) {
        let care = |needs| (Some(Work::Care), needs);
        let either = |needs| (None, needs);
        match command {
            Command::ChangeProvider(_) => either(Self::Program),
            Command::VoidEvents { events, .. } => either(Self::Recorded(events)),

            // What it stands for is judged as itself.
            Command::EnterReplacement { .. }
            // Who the person is, where they are, what is planned, and who is asked to help.
            | Command::Register { .. }
            | Command::RecordIdentifier(_)
            | Command::WithdrawIdentifier { .. }
            | Command::CorrectDemographics(_)
            | Command::TellOf(_)
            | Command::RecordResidence(_)
            | Command::RecordMovement(_)
            | Command::CompleteRelease { .. }
            | Command::PlanRelease { .. }
            | Command::ReplanRelease { .. }
            | Command::CancelReleasePlan { .. }
            | Command::HandOverKit(_)
            | Command::LoseKit { .. }
            | Command::ConfiscateKit { .. }
            | Command::ReturnKit(_)
            | Command::ReportOverdose(_)
            | Command::ReportDeath { .. }
            // Needs are seen by whoever meets the person, and so are the schemes that they belong to.
            | Command::RaiseNeed { .. }
            | Command::AddTag { .. }
            | Command::RecordOutreachContact { .. } => either(Self::Nothing),

            Command::ClearNeed { need, .. } => either(Self::Need(*need)),
            Command::RemoveTag(tag) => either(Self::Tag(*tag)),
            Command::StartPlacement(_) => care(Self::Nothing),
            Command::EndPlacement { placement, .. } => care(Self::Placement(*placement)),

            Command::ReviewOverdose { overdose, .. } => {
                care(Self::FollowUp(RowKind::OverdoseToReview, overdose.0))
            }
            Command::ConfirmDeath { death, .. }
            | Command::ConcludeDeath { death, .. }
            | Command::RejectDeath { death, .. } => either(Self::FollowUp(RowKind::DeathToFollow, death.0)),

            Command::WithdrawReferral { referral, .. } => either(Self::EitherSide(*referral)),
            Command::AcceptReferral(referral)
            | Command::SendReferralOn { referral, .. }
            | Command::RejectReferral { referral, .. }
            | Command::Triage { referral, .. } => care(Self::ServiceAsked(*referral)),
            Command::Appointment(command) => care(Self::Appointment(command)),
            Command::Merge(_) => (Some(Work::Records), Self::Whole),
            Command::Justice(command) => either(Self::Justice(command)),
            Command::Refer(referral) => either(Self::Referral(referral)),
            Command::Sight(SightCommand::AttestPresence { referral, .. }) => care(Self::ServiceAsked(*referral)),
            Command::Sight(command) => either(Self::Sight(command)),
            Command::Protection(command) => either(Self::Protection(command)),
            Command::Sharing(command) => match command {
                SharingCommand::GiveConsent { .. }
                | SharingCommand::RefuseConsent { .. }
                | SharingCommand::WithdrawConsent { .. }
                | SharingCommand::Object { .. }
                | SharingCommand::WithdrawObjection(_) => either(Self::Sharing(command)),
                SharingCommand::AnswerObjection { .. }
                | SharingCommand::PlaceRestriction { .. }
                | SharingCommand::LiftRestriction { .. }
                | SharingCommand::ApplyAgreement { .. }
                | SharingCommand::EndAgreement { .. } => (Some(Work::Sharing), Self::Sharing(command)),
            },

            Command::Course { episode, .. }
            | Command::PlaceOnWaitingList { episode, .. }
            | Command::TakeOffWaitingList { episode, .. }
            | Command::StartIntervention { episode, .. }
            | Command::RecordContact { episode }
            | Command::EndIntervention { episode, .. }
            | Command::RecordExit { episode, .. }
            | Command::RecordOutcomeProfile { episode, .. }
            | Command::RescindExit { episode, .. }
            | Command::RecordFollowUp { episode, .. } => care(Self::Episode(*episode)),

            Command::IssueKits { .. }
            | Command::PlaceKitsInProperty { .. }
            | Command::TellOfRecall { .. }
            | Command::OfferNaloxone { .. }
            | Command::GiveTraining { .. }
            | Command::UseKit { .. } => (Some(Work::Naloxone), Self::Nothing),
        }
    }
}
