//! What stands beside the course of treatment: overdoses, deaths, exits, placements, outreach.

use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::rows::PlacementRow;
use utoipa::ToSchema;
use uuid::Uuid;

/// An assessment that police required. What a test found is told by the record alone.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentLine {
    /// The assessment.
    pub assessment_id: Uuid,
    /// `initial` or `follow_up`.
    pub kind: String,
    /// The day told to the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointed_on: Option<Date>,
    /// The last day on which the person did not come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed_on: Option<Date>,
}

/// Something told that does not fit.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConflictLine {
    /// Stable codes of what is wrong, as in the person's timeline; none for services that do not see the record.
    #[schema(example = json!(["overlapping_prison_spell"]))]
    pub codes: Vec<String>,
    /// The type of the event; absent for services that do not see the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "custody.received")]
    pub event_type: Option<String>,
    /// The day on which it happened, as told.
    pub happened_on: Date,
    /// The day on which it was recorded.
    pub recorded_on: Date,
}

/// An overdose to review.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverdoseLine {
    /// The overdose.
    pub overdose_id: Uuid,
    /// A code of `overdose-outcomes`.
    pub outcome: String,
    /// Whether naloxone was given; absent when nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naloxone_given: Option<bool>,
}

/// A death to follow until its cause is known.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeathLine {
    /// The report.
    pub death_id: Uuid,
    /// What it is thought to be, a code of `death-suspicions`.
    pub suspected: String,
    /// When it became certain; absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_on: Option<Date>,
    /// Whether treatment knew the person then: `now`, `within_12_months`, `ever` or `never`.
    pub known_to_treatment: String,
    /// Within four weeks of a release.
    pub after_release: bool,
    /// Within six months of leaving treatment.
    pub after_treatment: bool,
}

/// A naloxone kit to replace, or of a batch that is called back.
/// Somebody who left.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftLine {
    /// When.
    pub left_on: Date,
    /// A code of `discharge-reasons`.
    pub reason: String,
    /// How often they were followed up before, in `follow-ups-due`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// When they were followed up last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt_on: Option<Date>,
    /// A code of `follow-up-outcomes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_outcome: Option<String>,
}

/// A placement.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacementLine {
    /// A code of `placement-kinds`.
    pub kind: String,
    /// The service that provides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_service: Option<String>,
    /// A code of `placement-providers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The organisation that pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commissioner: Option<String>,
    /// The authority that pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commissioner_area: Option<String>,
}

/// Somebody whom outreach met.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutreachLine {
    /// A code of `outreach-places`.
    pub place: String,
    /// A code of `outreach-outcomes`.
    pub outcome: String,
    /// How often this service has met the person.
    pub contacts: u32,
    /// True when no structured treatment had ever started; absent for those who do not see the whole record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment_naive: Option<bool>,
}

impl From<PlacementRow> for PlacementLine {
    fn from(row: PlacementRow) -> Self {
        Self {
            kind: row.kind.to_string(),
            provider_service: row.provider_service.map(|service| service.to_string()),
            provider: row.provider.map(|code| code.to_string()),
            commissioner: row.commissioner.map(|organisation| organisation.to_string()),
            commissioner_area: row.commissioner_area.map(|area| area.to_string()),
        }
    }
}
