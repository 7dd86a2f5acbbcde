//! What others are told has happened: neutral names, from which nobody learns anything about anybody's health.
//!
//! A notice says that there is something new and where to look; whoever looks is judged again. Many types of event share
//! a name, so that the name tells no more than that a record has changed. Source: `api.md`, Adopt 14.

use crate::fact::Fact;
use crate::history::History;
use crate::id::ReferralId;

/// Longest chain of corrections that is followed to a referral: a correction of a correction of an entry.
const DEEPEST: u8 = 3;

/// What has happened, as far as others are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// Something about a person is new or different.
    PersonUpdated,
    /// Two records were found to be one person's.
    PersonMerged,
    /// Two records that were read as one are two people's.
    PersonParted,
    /// A referral has come, or has gone a step further.
    ReferralUpdated,
    /// An appointment was made, moved, kept or not.
    AppointmentUpdated,
    /// Somebody came into a prison, left it or moved.
    MovementRecorded,
    /// When somebody is to leave prison is new or different.
    ReleasePlanUpdated,
    /// Something about a service is new or different.
    ServiceUpdated,
    /// Something about an organisation, its services or who acts for it is new or different.
    OrganisationUpdated,
    /// Nothing: an administrator tries whether a receiver listens.
    WebhookTested,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 10] = [
        Self::PersonUpdated,
        Self::PersonMerged,
        Self::PersonParted,
        Self::ReferralUpdated,
        Self::AppointmentUpdated,
        Self::MovementRecorded,
        Self::ReleasePlanUpdated,
        Self::ServiceUpdated,
        Self::OrganisationUpdated,
        Self::WebhookTested,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonUpdated => "throughcare.person.updated",
            Self::PersonMerged => "throughcare.person.merged",
            Self::PersonParted => "throughcare.person.parted",
            Self::ReferralUpdated => "throughcare.referral.updated",
            Self::AppointmentUpdated => "throughcare.appointment.updated",
            Self::MovementRecorded => "throughcare.custody.movement-recorded",
            Self::ReleasePlanUpdated => "throughcare.custody.release-plan-updated",
            Self::ServiceUpdated => "throughcare.service.updated",
            Self::OrganisationUpdated => "throughcare.organisation.updated",
            Self::WebhookTested => "throughcare.webhook.tried",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == text)
    }

    /// What it says, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::PersonUpdated => "Something about a person is new or different.",
            Self::PersonMerged => "Two records were found to be one person's.",
            Self::PersonParted => "Two records that were read as one are two people's.",
            Self::ReferralUpdated => "A referral has come, or has gone a step further.",
            Self::AppointmentUpdated => "An appointment is new or different.",
            Self::MovementRecorded => "Somebody came into a prison, left it or moved.",
            Self::ReleasePlanUpdated => "When somebody is to leave prison is new or different.",
            Self::ServiceUpdated => "Something about a service is new or different.",
            Self::OrganisationUpdated => {
                "Something about an organisation, its services or who acts for it is new or different."
            }
            Self::WebhookTested => "Nothing has happened: an administrator tries whether you listen.",
        }
    }

    /// What others are told of a fact. Every fact has one: a new type of event does not compile without.
    pub fn of(fact: &Fact) -> Self {
        match fact {
            Fact::RecordsMerged(_) => Self::PersonMerged,
            Fact::MergeUndone(_) => Self::PersonParted,
            Fact::ReferralReceived(_)
            | Fact::ReferralAccepted(_)
            | Fact::ReferralRejected(_)
            | Fact::Triaged(_)
            | Fact::ReferralWithdrawn(_)
            | Fact::ReferralSentOn(_) => Self::ReferralUpdated,
            Fact::AppointmentOffered(_)
            | Fact::AppointmentMoved(_)
            | Fact::AppointmentAttended(_)
            | Fact::AppointmentMissed(_)
            | Fact::AppointmentCancelled(_) => Self::AppointmentUpdated,
            Fact::Received(_)
            | Fact::Transferred(_)
            | Fact::SentToCourt(_)
            | Fact::ReturnedFromCourt(_)
            | Fact::TemporaryAbsenceStarted(_)
            | Fact::TemporaryAbsenceEnded(_)
            | Fact::MovementUnclassified(_)
            | Fact::Released(_)
            | Fact::ReleaseDetailsCompleted(_) => Self::MovementRecorded,
            Fact::ReleasePlanned(_) | Fact::ReleaseReplanned(_) | Fact::ReleasePlanCancelled(_) => {
                Self::ReleasePlanUpdated
            }
            Fact::StockReceived(_)
            | Fact::StockCounted(_)
            | Fact::StockRemoved(_)
            | Fact::StockMinimumSet(_)
            | Fact::SuppliedToOther(_)
            | Fact::SupplyRecallTold(_) => Self::ServiceUpdated,
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
            | Fact::BatchRecalled(_)
            | Fact::RecallEnded(_)
            | Fact::WorkerTrained(_) => Self::OrganisationUpdated,
            Fact::EventVoided(_)
            | Fact::ReplacementEntered(_)
            | Fact::PersonRegistered(_)
            | Fact::IdentifierRecorded(_)
            | Fact::IdentifierWithdrawn(_)
            | Fact::DemographicsCorrected(_)
            | Fact::ResidenceRecorded(_)
            | Fact::MarkedNeverToMatch(_)
            | Fact::Arrested(_)
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
            | Fact::CohortLeft(_)
            | Fact::ConsentGiven(_)
            | Fact::ConsentRefused(_)
            | Fact::ConsentWithdrawn(_)
            | Fact::ObjectionMade(_)
            | Fact::ObjectionWithdrawn(_)
            | Fact::ObjectionAnswered(_)
            | Fact::RestrictionPlaced(_)
            | Fact::RestrictionLifted(_)
            | Fact::AgreementApplied(_)
            | Fact::AgreementEnded(_)
            | Fact::ErasureAsked(_)
            | Fact::ErasureConfirmed(_)
            | Fact::ErasureTakenBack(_)
            | Fact::HoldPlaced(_)
            | Fact::HoldLifted(_)
            | Fact::SightWithheld(_)
            | Fact::PresenceAttested(_)
            | Fact::GlassBroken(_)
            | Fact::GlassReviewed(_)
            | Fact::EpisodeOpened(_)
            | Fact::PlacedOnWaitingList(_)
            | Fact::TakenOffWaitingList(_)
            | Fact::InterventionStarted(_)
            | Fact::ContactRecorded(_)
            | Fact::InterventionReferred(_)
            | Fact::FirstAppointmentOffered(_)
            | Fact::InterventionReviewed(_)
            | Fact::PutOnHold(_)
            | Fact::Resumed(_)
            | Fact::PrescriptionBridged(_)
            | Fact::CarePlanAgreed(_)
            | Fact::CarePlanRevised(_)
            | Fact::KeyWorkerAssigned(_)
            | Fact::InterventionEnded(_)
            | Fact::ExitRecorded(_)
            | Fact::ProviderChanged(_)
            | Fact::ExitRescinded(_)
            | Fact::FollowUpRecorded(_)
            | Fact::OutcomeProfileRecorded(_)
            | Fact::PlacementStarted(_)
            | Fact::PlacementEnded(_)
            | Fact::NeedRaised(_)
            | Fact::NeedCleared(_)
            | Fact::TagAdded(_)
            | Fact::TagRemoved(_)
            | Fact::OutreachContactRecorded(_)
            | Fact::KitPlacedInProperty(_)
            | Fact::KitIssued(_)
            | Fact::KitHandedOver(_)
            | Fact::KitUsed(_)
            | Fact::KitLost(_)
            | Fact::KitConfiscated(_)
            | Fact::KitReturned(_)
            | Fact::KitRecallTold(_)
            | Fact::NaloxoneOffered(_)
            | Fact::TrainingGiven(_)
            | Fact::OverdoseReported(_)
            | Fact::OverdoseReviewed(_)
            | Fact::DeathReported(_)
            | Fact::DeathConfirmed(_)
            | Fact::DeathConcluded(_)
            | Fact::DeathRejected(_) => Self::PersonUpdated,
        }
    }
}

/// The referral of which a fact moves the stages that its sender is shown; a correction moves what it voids.
pub fn referral_moved(fact: &Fact, history: &History) -> Option<ReferralId> {
    moved(fact, history, DEEPEST)
}

fn moved(fact: &Fact, history: &History, deeper: u8) -> Option<ReferralId> {
    match fact {
        Fact::ReferralReceived(one) => Some(one.referral),
        Fact::ReferralAccepted(one) => Some(one.referral),
        Fact::ReferralRejected(one) => Some(one.referral),
        Fact::Triaged(one) => Some(one.referral),
        Fact::ReferralWithdrawn(one) => Some(one.referral),
        Fact::ReferralSentOn(one) => Some(one.referral),
        Fact::EventVoided(one) if deeper > 0 => {
            let mut events = history.events().iter();
            let voided = events.find(|event| event.envelope.id == one.event)?;
            moved(voided.fact()?, history, deeper - 1)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn given_a_name_when_it_is_read_back_then_it_is_that_notice_and_no_two_share_one() {
        let names: BTreeSet<_> = Notice::ALL.into_iter().map(Notice::name).collect();
        assert_eq!(names.len(), Notice::ALL.len());
        for one in Notice::ALL {
            assert_eq!(Notice::parse(one.name()), Some(one));
        }
        assert_eq!(Notice::parse("throughcare.person.overdosed"), None);
    }

    /// Words of the stored types that tell of health, tests or harm.
    #[test]
    fn no_name_and_no_sentence_tells_of_anybodys_health() {
        let telling = [
            "drug",
            "alcohol",
            "naloxone",
            "overdose",
            "death",
            "died",
            "test",
            "treatment",
            "prescri",
            "need",
            "assess",
            "triage",
            "substance",
            "kit",
            "harm",
            "seal",
            "erase",
        ];
        for one in Notice::ALL {
            for word in telling {
                let says = format!("{} {}", one.name(), one.sentence()).to_lowercase();
                assert!(!says.contains(word), "{} says {word}", one.name());
            }
        }
    }
}
