//! Referral, triage and waiting.

use super::ServiceKind;
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::id::{EpisodeId, ReferralId};
use serde::{Deserialize, Serialize};

/// One service asked another to take the person on. When it happened is the referral date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralReceived {
    /// The referral.
    pub referral: ReferralId,
    /// Code of `referral-sources`.
    pub source: Code,
    /// The organisation that sent it.
    pub from_organisation: OrganisationCode,
    /// The service that sent it, when a service of this system did.
    pub from_service: Option<ServiceCode>,
    /// The service asked.
    pub to_service: ServiceCode,
    /// The organisation of the service asked.
    pub to_organisation: OrganisationCode,
    /// The kind of the service asked, as it was then.
    pub to_kind: ServiceKind,
    /// The episode whose care is handed over by this referral: a transfer to accept.
    pub transfer_of: Option<EpisodeId>,
    /// Codes of `substances`, most important first; at most 3.
    pub substances: Vec<Code>,
}

/// The service asked took the referral on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralAccepted {
    /// Which referral.
    pub referral: ReferralId,
}

/// The service asked declined the referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralRejected {
    /// Which referral.
    pub referral: ReferralId,
    /// Code of `rejection-reasons`.
    pub reason: Code,
}

/// The sender or the person took the referral back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralWithdrawn {
    /// Which referral.
    pub referral: ReferralId,
    /// Code of `withdrawal-reasons`.
    pub reason: Code,
}

/// The service asked passed the referral on: the person needs another service. The onward referral is an event of
/// its own, made together with this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralSentOn {
    /// Which referral.
    pub referral: ReferralId,
    /// The referral to the next service.
    pub onward: ReferralId,
}

/// The first assessment after referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Triaged {
    /// Which referral.
    pub referral: ReferralId,
    /// Code of `triage-outcomes`; `treatment_needed` opens an episode.
    pub outcome: Code,
    /// True when structured treatment is needed.
    pub treatment_needed: bool,
    /// Codes of `substances`, most important first; at most 3.
    pub substances: Vec<Code>,
}

/// The person waits for an intervention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedOnWaitingList {
    /// In which episode.
    pub episode: EpisodeId,
    /// Code of `interventions`.
    pub intervention: Code,
}

/// The person no longer waits, without having started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TakenOffWaitingList {
    /// In which episode.
    pub episode: EpisodeId,
    /// Code of `waiting-list-removal-reasons`.
    pub reason: Code,
}
