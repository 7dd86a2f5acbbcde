//! More of what is there to be counted: outcome profiles, tests on arrest and what follows, other gates of custody.

use super::Whom;
use crate::code::Code;
use crate::fact::AssessmentKind;
use crate::reference::SubstanceGroup;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The outcome profiles of an episode that owes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfilesRow {
    /// Whose.
    pub whom: Whom,
    /// By the substances of the referral from which the episode came.
    pub substances: SubstanceGroup,
    /// The first structured start, from which the half-years are counted.
    pub started_on: Date,
    /// Its exit.
    pub exit_on: Option<Date>,
    /// The exit was the death.
    pub died: bool,
    /// The start profile that counts.
    pub start_done_on: Option<Date>,
    /// The reviews that count, each with its half-year.
    pub reviews: Vec<(i32, Date)>,
    /// The exit profile that counts.
    pub exit_done_on: Option<Date>,
    /// Profiles that count for nothing because no start profile does, or because not exactly one service co-ordinates,
    /// with the reason as [`crate::profile::NotCounted`] names it.
    pub exceptions: Vec<(Date, String)>,
}

/// A test on arrest. It is on nobody's list, and of no service: what was found is told to few, and here it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestedRow {
    /// Whose.
    pub whom: Whom,
    /// Code of `drug-test-triggers`.
    pub trigger: Code,
    /// There was a sample: some drug was found, or was not.
    pub sampled: bool,
    /// Codes of `drug-test-drugs` that were found.
    pub found: Vec<Code>,
}

/// An assessment that was required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentImposedRow {
    /// Whose.
    pub whom: Whom,
    /// Which of the two.
    pub kind: AssessmentKind,
    /// When the person came.
    pub attended_on: Option<Date>,
    /// When the person first did not come, or did not stay.
    pub missed_on: Option<Date>,
    /// When it lapsed.
    pub lapsed_on: Option<Date>,
    /// Code of `assessment-lapse-reasons`.
    pub lapse_reason: Option<Code>,
}

/// Who set conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionSource {
    /// A court, by a requirement of an order.
    Requirement,
    /// The police, by a resolution out of court.
    Resolution,
}

/// A requirement of a court, or the conditions of a resolution out of court.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionRow {
    /// Whose.
    pub whom: Whom,
    /// Which of the two.
    pub set_by: ConditionSource,
    /// Code of `court-requirements` or `out-of-court-resolutions`.
    pub kind: Code,
    /// When it ended.
    pub ended_on: Option<Date>,
    /// Code of `requirement-end-reasons` or `resolution-outcomes`.
    pub outcome: Option<Code>,
}

/// Through which gate somebody passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageTo {
    /// Met in police custody, and referred.
    FromPoliceCustody,
    /// Met at court, and referred.
    FromCourt,
    /// Received into prison.
    Prison,
}

/// Somebody passed through a gate where care is to be taken up or to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PassageRow {
    /// Whose.
    pub whom: Whom,
    /// Which gate.
    pub to: PassageTo,
    /// In structured treatment in the community on that day.
    pub in_treatment: bool,
    /// When treatment was taken up on the other side: structured treatment in the community, or an episode in prison.
    pub taken_up_on: Option<Date>,
}
