//! Overdoses and deaths.
//!
//! Sources: `domain.md` section 7; `design.md`, family Harm; `cases.md` D1.

use crate::code::Code;
use crate::id::{DeathId, OverdoseId};
use serde::{Deserialize, Serialize};

/// The person overdosed. When it happened is the day of the overdose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverdoseReported {
    /// The overdose.
    pub overdose: OverdoseId,
    /// Code of `overdose-outcomes`. A death is a report of its own.
    pub outcome: Code,
    /// Codes of `substances` suspected, most likely first; at most 3.
    pub substances: Vec<Code>,
    /// Code of `overdose-places`.
    pub place: Option<Code>,
    /// Whether naloxone was given; `None` when nobody knows.
    pub naloxone_given: Option<bool>,
    /// Whether an ambulance came; `None` when nobody knows.
    pub ambulance_called: Option<bool>,
}

/// What follows from an overdose was gone through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverdoseReviewed {
    /// Which overdose.
    pub overdose: OverdoseId,
    /// Code of `overdose-review-outcomes`.
    pub outcome: Code,
}

/// Somebody says that the person died. When it happened is the day of death, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeathReported {
    /// The report.
    pub death: DeathId,
    /// Code of `death-report-sources`.
    pub source: Code,
    /// Code of `death-suspicions`: what it is thought to be.
    pub suspected: Code,
}

/// The death is certain; its cause need not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeathConfirmed {
    /// Which report.
    pub death: DeathId,
    /// Code of `death-report-sources`: who confirmed it.
    pub source: Code,
}

/// The inquest, or the certificate, says what the person died of. When it happened is the day of the conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeathConcluded {
    /// Which report.
    pub death: DeathId,
    /// Code of `death-conclusions`.
    pub conclusion: Code,
    /// A drug-related death by the coroner's definition in use, as the list told then.
    pub drug_related: bool,
    /// An alcohol-related death, as the list told then.
    pub alcohol_related: bool,
}

/// The person lives: the report was mistaken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeathRejected {
    /// Which report.
    pub death: DeathId,
    /// Code of `death-rejection-reasons`.
    pub reason: Code,
}
