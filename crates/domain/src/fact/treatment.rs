//! Episodes, interventions and exits.

use super::ServiceKind;
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::id::{ContractId, EpisodeId, InterventionId, ReferralId};
use serde::{Deserialize, Serialize};

/// A service's spell with the person began. When it happened is the triage date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EpisodeOpened {
    /// The episode.
    pub episode: EpisodeId,
    /// Whose.
    pub service: ServiceCode,
    /// The service's organisation.
    pub organisation: OrganisationCode,
    /// The service's kind, as it was then.
    pub kind: ServiceKind,
    /// The referral from which it came.
    pub referral: Option<ReferralId>,
}

/// A treatment began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterventionStarted {
    /// In which episode.
    pub episode: EpisodeId,
    /// The intervention.
    pub intervention: InterventionId,
    /// Code of `interventions`.
    pub code: Code,
    /// True for structured treatment (94, 95; 96 only within a care plan).
    pub structured: bool,
    /// Code of `intervention-settings`.
    pub setting: Code,
}

/// The person was seen within an episode: what shows that an episode left open through custody goes on
/// (`cases.md` C11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactRecorded {
    /// In which episode.
    pub episode: EpisodeId,
}

/// A treatment ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterventionEnded {
    /// In which episode.
    pub episode: EpisodeId,
    /// Which intervention.
    pub intervention: InterventionId,
    /// Code of `intervention-exits`.
    pub exit: Code,
}

/// What an exit reason means. Source: `discharge-reasons.csv`, `domain.md` 1.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitOutcome {
    /// 80, 81, 82 and their older forms.
    SuccessfulCompletion,
    /// 83, 84, 93 to 97.
    Transfer,
    /// 74: the contract moved, the person did not.
    AdministrativeTransfer,
    /// 85, 86, 87.
    Unplanned,
    /// 71, 88.
    Declined,
    /// 89.
    Death,
    /// A reason that no list explains.
    Unknown,
}

/// Days of use in the 28 days before exit, from the exit's own outcome profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExitProfile {
    /// Days on which heroin or other illicit opiates were used, 0 to 28.
    pub opiate_days: u8,
    /// Days on which crack was used, 0 to 28.
    pub crack_days: u8,
}

/// The episode ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExitRecorded {
    /// Which episode.
    pub episode: EpisodeId,
    /// Code of `discharge-reasons`, older forms read as their current one.
    pub reason: Code,
    /// What the reason means.
    pub outcome: ExitOutcome,
    /// The exit's own outcome profile, when one was taken.
    pub profile: Option<ExitProfile>,
}

/// A contract moved: what a service had open with the person is another's from that day. No episode ends and none
/// begins by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderChanged {
    /// Which move.
    pub contract: ContractId,
    /// The service left.
    pub from_service: ServiceCode,
    /// Its organisation.
    pub from_organisation: OrganisationCode,
    /// The service that took over.
    pub to_service: ServiceCode,
    /// Its organisation.
    pub to_organisation: OrganisationCode,
    /// Its kind, as it was then.
    pub to_kind: ServiceKind,
}

/// The exit was no exit: the episode is open again as if it had not ended. When it happened is the day on which
/// care went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExitRescinded {
    /// Which episode.
    pub episode: EpisodeId,
    /// Code of `exit-rescission-reasons`.
    pub reason: Code,
}

/// The service tried to reach the person after an exit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowUpRecorded {
    /// After which episode.
    pub episode: EpisodeId,
    /// Code of `follow-up-outcomes`.
    pub outcome: Code,
    /// True when nothing more is to be asked of the person: as the list told then.
    pub ends: bool,
}
