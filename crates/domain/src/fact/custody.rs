//! Movements and release plans. The reason code is kept as sent; its effect is resolved from the code list
//! in force when it was recorded, so that the fold needs no lists and never changes with them.
//!
//! Source: `domain.md` 5.3; `custody-movements.csv`.

use crate::code::{AreaCode, Code, PrisonCode};
use crate::id::{EventId, PlanId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A prison received the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// Which prison; absent when the message did not say.
    pub prison: Option<PrisonCode>,
    /// Admission reason, such as `N` (unconvicted remand) or `L` (licence revoked).
    pub reason: Code,
    /// True when the reason is a recall.
    pub recall: bool,
}

/// The person moved from prison to prison. A message about the way out knows only `from`, one about the
/// arrival only `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transferred {
    /// The prison left.
    pub from: Option<PrisonCode>,
    /// The prison reached.
    pub to: Option<PrisonCode>,
}

/// The person was taken to court, from which they may be released or come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentToCourt {
    /// The prison that sent them.
    pub prison: Option<PrisonCode>,
}

/// The person came back from court.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnedFromCourt {
    /// The prison to which they came back.
    pub prison: Option<PrisonCode>,
}

/// The person left on temporary licence; still in prison for every count (`cases.md` C5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemporaryAbsenceStarted {
    /// The prison.
    pub prison: Option<PrisonCode>,
    /// Reason code, kept as sent.
    pub reason: Code,
}

/// The person came back from temporary licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemporaryAbsenceEnded {
    /// The prison.
    pub prison: Option<PrisonCode>,
}

/// A movement whose type or reason no list explains. Kept, flagged, and a work item for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MovementUnclassified {
    /// Movement type as sent.
    pub movement_type: Code,
    /// Reason code as sent.
    pub reason: Code,
    /// The prison named.
    pub prison: Option<PrisonCode>,
}

/// What leaving prison meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseEffect {
    /// To the community: pick-up becomes due.
    Community,
    /// Died in prison (C3).
    Died,
    /// Escaped or absconded (C3).
    AtLarge,
    /// Deported, repatriated or extradited.
    Abroad,
    /// To hospital as a restricted patient: the custody spell goes on.
    RestrictedHospital,
    /// To psychiatric hospital for good: the spell ends, not to the community.
    Hospital,
    /// A discharge that is not a release.
    NotARelease,
    /// A reason that no list explains. Treated as a possible release until a person decides, because
    /// overlooking one costs more than looking twice.
    Unknown,
}

/// The person left prison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Released {
    /// The prison left, or for which a court released them.
    pub prison: Option<PrisonCode>,
    /// Reason code, such as `CR` or `BL`.
    pub reason: Code,
    /// What the reason means.
    pub effect: ReleaseEffect,
    /// Authority of residence on release; absent while unknown.
    pub area: Option<AreaCode>,
    /// Known to have no fixed abode.
    pub no_fixed_abode: bool,
    /// Code of `referral-on-release`; absent while unknown.
    pub referral_on_release: Option<Code>,
}

/// What was unknown of a release became known. What is absent stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseDetailsCompleted {
    /// The event of the release.
    pub release: EventId,
    /// Authority of residence on release.
    pub area: Option<AreaCode>,
    /// Known to have no fixed abode.
    pub no_fixed_abode: Option<bool>,
    /// Code of `referral-on-release`.
    pub referral_on_release: Option<Code>,
}

/// A release was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasePlanned {
    /// The plan; keeps its id when the date moves.
    pub plan: PlanId,
    /// The prison from which.
    pub prison: PrisonCode,
    /// The day planned.
    pub planned_on: Date,
    /// Authority of residence expected.
    pub area: Option<AreaCode>,
    /// No fixed abode expected.
    pub no_fixed_abode: bool,
}

/// The planned day moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseReplanned {
    /// Which plan.
    pub plan: PlanId,
    /// The new day.
    pub planned_on: Date,
}

/// The planned release will not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasePlanCancelled {
    /// Which plan.
    pub plan: PlanId,
}
