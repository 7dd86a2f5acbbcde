//! What police and courts did, as a person's view shows it.

use crate::api::wire::when;
use crate::time::WhenWire;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::PersonRead;
use throughcare_domain::state::{
    AssessmentStatus, Bail, CohortMembership, DrugTest, RequiredAssessment, Requirement, Resolution,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// What stands open with police and courts on the day, as far as you may know of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JusticeShown {
    /// Drug tests in police detention, for those to whom they are shown.
    pub drug_tests: Vec<DrugTestShown>,
    /// Assessments that the police require, settled ones included, for those to whom they are shown.
    pub required_assessments: Vec<RequiredAssessmentShown>,
    /// Bail that runs, and bail to no day told.
    pub bail: Vec<BailShown>,
    /// Requirements of orders that are open.
    pub requirements: Vec<RequirementShown>,
    /// Resolutions out of court of which it is not known whether the conditions were met.
    pub out_of_court_resolutions: Vec<ResolutionShown>,
    /// Cohorts in which the person is.
    pub cohorts: Vec<CohortShown>,
}

/// A drug test.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrugTestShown {
    /// The test.
    pub drug_test_id: Uuid,
    /// When.
    pub occurred: WhenWire,
    /// A code of `drug-test-triggers`.
    pub trigger: String,
    /// Drug by drug.
    pub results: Vec<DrugResultShown>,
}

/// What a test found of one drug.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrugResultShown {
    /// A code of `drug-test-drugs`.
    pub drug: String,
    /// A code of `drug-test-results`.
    pub result: String,
}

/// An assessment that the police require.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequiredAssessmentShown {
    /// The assessment.
    pub assessment_id: Uuid,
    /// `initial` or `follow_up`.
    pub kind: String,
    /// Of a follow-up, the initial assessment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<Uuid>,
    /// `imposed`, `attended`, `missed` or `lapsed`.
    pub status: String,
    /// Since when.
    pub since: WhenWire,
    /// The service that carries it out.
    pub service: String,
    /// When it was imposed.
    pub imposed: WhenWire,
    /// The day told to the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointed_on: Option<Date>,
    /// Why it was missed or lapsed: a code of `assessment-miss-reasons` or `assessment-lapse-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl From<&RequiredAssessment> for RequiredAssessmentShown {
    fn from(one: &RequiredAssessment) -> Self {
        let status = one.status();
        let reason = match status {
            AssessmentStatus::Missed => one.missed.last().map(|(_, reason)| reason),
            AssessmentStatus::Lapsed => one.lapsed.as_ref().map(|(_, reason)| reason),
            AssessmentStatus::Imposed | AssessmentStatus::Attended => None,
        };
        Self {
            assessment_id: one.id.0,
            kind: one.kind.as_str().to_owned(),
            follows: one.follows.map(|initial| initial.0),
            status: status.as_str().to_owned(),
            since: when(one.status_since().occurred),
            service: one.service.to_string(),
            imposed: when(one.imposed.occurred),
            appointed_on: one.appointed_on,
            reason: reason.map(ToString::to_string),
        }
    }
}

/// Bail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BailShown {
    /// Since when.
    pub occurred: WhenWire,
    /// A code of `bail-kinds`.
    pub kind: String,
    /// Codes of `bail-conditions`.
    pub conditions: Vec<String>,
    /// The day to which the person is bailed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A requirement of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequirementShown {
    /// The requirement.
    pub requirement_id: Uuid,
    /// A code of `court-requirements`.
    pub kind: String,
    /// When the court imposed it.
    pub imposed: WhenWire,
    /// Its length in months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
    /// The last day by its length; it may end earlier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
}

/// A resolution out of court.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolutionShown {
    /// The resolution.
    pub resolution_id: Uuid,
    /// A code of `out-of-court-resolutions`.
    pub kind: String,
    /// Since when.
    pub occurred: WhenWire,
    /// Codes of `resolution-conditions`.
    pub conditions: Vec<String>,
    /// The last day on which they can be met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A cohort.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CohortShown {
    /// The spell in it.
    pub membership_id: Uuid,
    /// A code of `cohorts`.
    pub cohort: String,
    /// Since when.
    pub joined: WhenWire,
}

fn texts<T: ToString>(codes: &[T]) -> Vec<String> {
    codes.iter().map(ToString::to_string).collect()
}

impl From<&DrugTest> for DrugTestShown {
    fn from(one: &DrugTest) -> Self {
        let results = one.results.iter().map(|found| DrugResultShown {
            drug: found.drug.to_string(),
            result: found.result.to_string(),
        });
        Self {
            drug_test_id: one.id.0,
            occurred: when(one.at.occurred),
            trigger: one.trigger.to_string(),
            results: results.collect(),
        }
    }
}

fn bail(one: &Bail) -> BailShown {
    BailShown {
        occurred: when(one.at.occurred),
        kind: one.kind.to_string(),
        conditions: texts(&one.conditions),
        until: one.until,
    }
}

fn requirement(one: &Requirement) -> RequirementShown {
    RequirementShown {
        requirement_id: one.id.0,
        kind: one.kind.to_string(),
        imposed: when(one.imposed.occurred),
        months: one.months,
        last_day: one.last_day(),
    }
}

fn resolution(one: &Resolution) -> ResolutionShown {
    ResolutionShown {
        resolution_id: one.id.0,
        kind: one.kind.to_string(),
        occurred: when(one.at.occurred),
        conditions: texts(&one.conditions),
        until: one.until,
    }
}

fn cohort(one: &CohortMembership) -> CohortShown {
    CohortShown {
        membership_id: one.id.0,
        cohort: one.cohort.to_string(),
        joined: when(one.joined.occurred),
    }
}

/// What stands open on the day of the view, and the tests and assessments that its reader is shown.
pub fn justice(read: &PersonRead) -> JusticeShown {
    let (state, day) = (&read.state().justice, read.day);
    let runs = |one: &&Bail| one.until.is_none_or(|until| day <= until);
    let open = |one: &&Requirement| one.is_open_on(day);
    let unsettled = |one: &&Resolution| one.concluded.is_none();
    let goes_on = |one: &&CohortMembership| one.goes_on(day);
    JusticeShown {
        drug_tests: state.tests.iter().map(Into::into).collect(),
        required_assessments: state.assessments.iter().map(Into::into).collect(),
        bail: state.bail.iter().filter(runs).map(bail).collect(),
        requirements: state.requirements.iter().filter(open).map(requirement).collect(),
        out_of_court_resolutions: state
            .resolutions
            .iter()
            .filter(unsettled)
            .map(resolution)
            .collect(),
        cohorts: state.cohorts.iter().filter(goes_on).map(cohort).collect(),
    }
}
