//! Arrests, drug tests and required assessments, for stories in tests.

use super::{code, directory, service};
use crate::fact::*;
use crate::id::{AssessmentId, DrugTestId};
use uuid::Uuid;

pub(crate) fn test_id(n: u128) -> DrugTestId {
    DrugTestId(Uuid::from_u128(0x6_0000 + n))
}

pub(crate) fn assessment_id(n: u128) -> AssessmentId {
    AssessmentId(Uuid::from_u128(0x7_0000 + n))
}

/// Cocaine was found and no opiates.
pub(crate) fn tested(n: u128) -> DrugTested {
    let result = |drug: &str, result: &str| DrugResult {
        drug: code(drug),
        result: code(result),
    };
    DrugTested {
        test: test_id(n),
        arrest: None,
        trigger: code("trigger_offence_arrest"),
        results: vec![result("cocaine", "positive"), result("opiates", "negative")],
    }
}

/// The initial assessment `n` at a service, because of test `n`.
pub(crate) fn required(n: u128, at: &str) -> AssessmentRequired {
    let directory = directory();
    let found = directory.service(&service(at)).unwrap();
    AssessmentRequired {
        assessment: assessment_id(n),
        kind: AssessmentKind::Initial,
        follows: None,
        test: Some(test_id(n)),
        service: found.code.clone(),
        organisation: found.organisation.clone(),
        appointed_on: None,
    }
}

pub(crate) fn came(n: u128) -> AssessmentAttended {
    AssessmentAttended {
        assessment: assessment_id(n),
        follow_up_needed: None,
        follow_up_on: None,
    }
}

pub(crate) fn stayed_away(n: u128) -> AssessmentMissed {
    AssessmentMissed {
        assessment: assessment_id(n),
        reason: code("did_not_attend"),
    }
}
