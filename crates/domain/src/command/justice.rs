//! What is asked about arrests, drug tests, required assessments, bail, courts and cohorts.

use crate::code::{Code, ServiceCode};
use crate::fact::DrugResult;
use crate::id::{ArrestId, AssessmentId, DrugTestId, MembershipId, RequirementId, ResolutionId};
use jiff::civil::Date;

/// A requirement of an order, as a court imposes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequirement {
    /// Code of `court-requirements`.
    pub kind: Code,
    /// Its length in months.
    pub months: Option<u16>,
}

/// Something that police, courts and those who work with them record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JusticeCommand {
    /// Record an arrest.
    Arrest {
        /// Code of `offence-groups`.
        offence: Code,
        /// Code of `police-forces`.
        force: Option<Code>,
    },
    /// Record a drug test in police detention.
    Test {
        /// After which arrest.
        arrest: Option<ArrestId>,
        /// Code of `drug-test-triggers`.
        trigger: Code,
        /// Drug by drug; at least one.
        results: Vec<DrugResult>,
    },
    /// Require somebody to come to an assessment, and to a follow-up.
    RequireAssessment {
        /// The service that carries them out.
        service: ServiceCode,
        /// The test on which they rest.
        test: Option<DrugTestId>,
        /// The day told to the person for the initial one.
        appointed_on: Option<Date>,
    },
    /// Say that the person came to a required assessment and stayed.
    AttendAssessment {
        /// Which.
        assessment: AssessmentId,
        /// At the initial one: whether the assessor says that a follow-up is needed.
        follow_up_needed: Option<bool>,
        /// The day told to the person for the follow-up.
        follow_up_on: Option<Date>,
    },
    /// Say that the person did not come, or did not stay.
    MissAssessment {
        /// Which.
        assessment: AssessmentId,
        /// Code of `assessment-miss-reasons`.
        reason: Code,
    },
    /// Say that a required assessment need no longer be attended.
    LapseAssessment {
        /// Which.
        assessment: AssessmentId,
        /// Code of `assessment-lapse-reasons`.
        reason: Code,
    },
    /// Record a contact with liaison and diversion.
    Contact {
        /// Code of `liaison-places`.
        place: Code,
        /// Code of `liaison-outcomes`.
        outcome: Code,
    },
    /// Record bail.
    Bail {
        /// After which arrest.
        arrest: Option<ArrestId>,
        /// Code of `bail-kinds`.
        kind: Code,
        /// Codes of `bail-conditions`.
        conditions: Vec<Code>,
        /// The day to which the person is bailed.
        until: Option<Date>,
    },
    /// Record what a court decided.
    CourtOutcome {
        /// Code of `court-outcomes`.
        outcome: Code,
        /// The requirements of the order.
        requirements: Vec<NewRequirement>,
    },
    /// Record the end of a requirement.
    EndRequirement {
        /// Which.
        requirement: RequirementId,
        /// Code of `requirement-end-reasons`.
        reason: Code,
    },
    /// Record a resolution out of court.
    Resolve {
        /// After which arrest.
        arrest: Option<ArrestId>,
        /// Code of `out-of-court-resolutions`.
        kind: Code,
        /// Codes of `resolution-conditions`.
        conditions: Vec<Code>,
        /// The last day on which they can be met.
        until: Option<Date>,
    },
    /// Say whether the conditions of a resolution were met.
    ConcludeResolution {
        /// Which.
        resolution: ResolutionId,
        /// Code of `resolution-outcomes`.
        outcome: Code,
    },
    /// Say that the person joined a cohort.
    JoinCohort {
        /// Code of `cohorts`.
        cohort: Code,
    },
    /// Say that the person left a cohort.
    LeaveCohort {
        /// Which spell in it.
        membership: MembershipId,
        /// Code of `cohort-leaving-reasons`.
        reason: Code,
    },
}
