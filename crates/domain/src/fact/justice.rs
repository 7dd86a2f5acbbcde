//! Arrests, drug tests on arrest and what they lead to, liaison and diversion, bail, courts, out-of-court
//! resolutions, and cohorts.
//!
//! A drug test and the assessments it leads to are shown to few: see [`crate::restricted::seen_by`].
//!
//! Sources: `domain.md` 5.1 (PACE 1984 s. 63B; Drugs Act 2005 ss. 9 to 16) and 5.2; `design.md`, family Justice.

use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::id::{ArrestId, AssessmentId, DrugTestId, MembershipId, RequirementId, ResolutionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The code of `drug-test-results` that means that the drug was found.
pub const POSITIVE: &str = "positive";

/// The police arrested the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrested {
    /// The arrest.
    pub arrest: ArrestId,
    /// Code of `offence-groups`.
    pub offence: Code,
    /// Code of `police-forces`; absent when the message did not say.
    pub force: Option<Code>,
}

/// What a test found of one drug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DrugResult {
    /// Code of `drug-test-drugs`.
    pub drug: Code,
    /// Code of `drug-test-results`.
    pub result: Code,
}

impl DrugResult {
    /// True when the drug was found.
    pub fn is_positive(&self) -> bool {
        self.result.as_str() == POSITIVE
    }
}

/// The person was tested for drugs in police detention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DrugTested {
    /// The test.
    pub test: DrugTestId,
    /// After which arrest.
    pub arrest: Option<ArrestId>,
    /// Code of `drug-test-triggers`.
    pub trigger: Code,
    /// Drug by drug, so that "cocaine", "cocaine alone" and "both" are questions of whoever counts (`cases.md` J1).
    pub results: Vec<DrugResult>,
}

/// Which of the two assessments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssessmentKind {
    /// Drugs Act 2005 s. 9.
    Initial,
    /// Drugs Act 2005 s. 10: imposed together with the initial one.
    FollowUp,
}

impl AssessmentKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Initial, Self::FollowUp];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::FollowUp => "follow_up",
        }
    }
}

/// The police required the person to come to an assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentRequired {
    /// The assessment.
    pub assessment: AssessmentId,
    /// Which of the two.
    pub kind: AssessmentKind,
    /// Of a follow-up, the initial assessment.
    pub follows: Option<AssessmentId>,
    /// Of an initial one, the test on which both rest.
    pub test: Option<DrugTestId>,
    /// The service that carries it out.
    pub service: ServiceCode,
    /// That service's organisation.
    pub organisation: OrganisationCode,
    /// The day told to the person in writing.
    pub appointed_on: Option<Date>,
}

/// The person came to a required assessment and stayed for its duration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentAttended {
    /// Which.
    pub assessment: AssessmentId,
    /// At the initial assessment: whether the assessor says that a follow-up is needed. The follow-up lapses on a
    /// plain no (`cases.md` J2).
    pub follow_up_needed: Option<bool>,
    /// The day told to the person for the follow-up.
    pub follow_up_on: Option<Date>,
}

/// The person did not come to a required assessment, or did not stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentMissed {
    /// Which.
    pub assessment: AssessmentId,
    /// Code of `assessment-miss-reasons`.
    pub reason: Code,
}

/// A required assessment need no longer be attended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssessmentLapsed {
    /// Which.
    pub assessment: AssessmentId,
    /// Code of `assessment-lapse-reasons`.
    pub reason: Code,
}

/// A liaison and diversion worker met the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiaisonContactRecorded {
    /// The worker's organisation.
    pub organisation: OrganisationCode,
    /// Code of `liaison-places`.
    pub place: Code,
    /// Code of `liaison-outcomes`.
    pub outcome: Code,
}

/// The person was bailed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bailed {
    /// After which arrest.
    pub arrest: Option<ArrestId>,
    /// Code of `bail-kinds`.
    pub kind: Code,
    /// Codes of `bail-conditions`; none for unconditional bail.
    pub conditions: Vec<Code>,
    /// The day to which the person is bailed.
    pub until: Option<Date>,
}

/// A court decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CourtOutcomeRecorded {
    /// Code of `court-outcomes`.
    pub outcome: Code,
}

/// A court made a requirement part of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequirementImposed {
    /// The requirement.
    pub requirement: RequirementId,
    /// Code of `court-requirements`.
    pub kind: Code,
    /// Its length in months; absent when the court did not say.
    pub months: Option<u16>,
    /// The organisation that recorded it.
    pub organisation: OrganisationCode,
}

/// A requirement ended, which need not be on its last day (Sentencing Act 2026 ss. 38 and 39).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequirementEnded {
    /// Which.
    pub requirement: RequirementId,
    /// Code of `requirement-end-reasons`.
    pub reason: Code,
}

/// The police resolved an offence out of court.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolvedOutOfCourt {
    /// The resolution.
    pub resolution: ResolutionId,
    /// After which arrest.
    pub arrest: Option<ArrestId>,
    /// Code of `out-of-court-resolutions`.
    pub kind: Code,
    /// Codes of `resolution-conditions`.
    pub conditions: Vec<Code>,
    /// The last day on which they can be met.
    pub until: Option<Date>,
    /// The organisation that recorded it.
    pub organisation: OrganisationCode,
}

/// Whether the conditions of an out-of-court resolution were met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolutionConcluded {
    /// Which.
    pub resolution: ResolutionId,
    /// Code of `resolution-outcomes`.
    pub outcome: Code,
}

/// The person joined a cohort. When it happened is the first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CohortJoined {
    /// The membership.
    pub membership: MembershipId,
    /// Code of `cohorts`.
    pub cohort: Code,
    /// The organisation that recorded it.
    pub organisation: OrganisationCode,
}

/// The person left a cohort. When it happened is the first day out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CohortLeft {
    /// Which membership.
    pub membership: MembershipId,
    /// Code of `cohort-leaving-reasons`.
    pub reason: Code,
}
