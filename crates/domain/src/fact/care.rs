//! What happens within an episode besides its start and end: interventions referred and reviewed, holds,
//! prescriptions bridged, care plans, key workers.

use crate::code::{Code, ServiceCode, UserName};
use crate::id::{EpisodeId, InterventionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The person was referred to an intervention. When it happened is the day from which the wait for it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterventionReferred {
    /// In which episode.
    pub episode: EpisodeId,
    /// The intervention; its start carries the same id.
    pub intervention: InterventionId,
    /// Code of `interventions`.
    pub code: Code,
    /// Code of `intervention-settings`.
    pub setting: Code,
}

/// The first appointment to begin an intervention was offered (`cases.md` W1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstAppointmentOffered {
    /// In which episode.
    pub episode: EpisodeId,
    /// For which intervention.
    pub intervention: InterventionId,
    /// For which day.
    pub offered_for: Date,
}

/// An intervention was reviewed (NDTMS sub-intervention review).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterventionReviewed {
    /// In which episode.
    pub episode: EpisodeId,
    /// Which.
    pub intervention: InterventionId,
    /// Codes of `intervention-components`: what it consists of now; at most [`MOST_COMPONENTS`].
    pub components: Vec<Code>,
}

/// Most components of one review: as many as the longest part of the national list has.
pub const MOST_COMPONENTS: usize = 13;

/// Treatment rests for a while, and is to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutOnHold {
    /// Which episode.
    pub episode: EpisodeId,
    /// Code of `hold-reasons`.
    pub reason: Code,
}

/// Treatment goes on after a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resumed {
    /// Which episode.
    pub episode: EpisodeId,
}

/// A prescription was made out beyond the end of care, until the next service takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrescriptionBridged {
    /// The episode from which it comes.
    pub episode: EpisodeId,
    /// The service that is to take over, when one is known.
    pub to_service: Option<ServiceCode>,
    /// Code of `bridging-medicines`.
    pub medicine: Code,
    /// True for opioid substitution, as the list said then.
    pub opioid: bool,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

/// A care plan was agreed with the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CarePlanAgreed {
    /// For which episode.
    pub episode: EpisodeId,
    /// Codes of `care-plan-goals`; 1 to [`MOST_GOALS`].
    pub goals: Vec<Code>,
    /// When it is to be reviewed.
    pub review_on: Date,
}

/// A care plan was gone through and agreed anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CarePlanRevised {
    /// For which episode.
    pub episode: EpisodeId,
    /// Codes of `care-plan-goals`; 1 to [`MOST_GOALS`].
    pub goals: Vec<Code>,
    /// When it is to be reviewed next.
    pub review_on: Date,
}

/// Most goals of a care plan.
pub const MOST_GOALS: usize = 12;

/// Somebody is responsible for the person's care in an episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyWorkerAssigned {
    /// In which episode.
    pub episode: EpisodeId,
    /// The member of staff, by the user name of their tokens.
    pub key_worker: UserName,
}
