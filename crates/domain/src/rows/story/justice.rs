//! Arrests, drug tests and required assessments, for stories in tests.

use super::{code, day, directory, organisation, service};
use crate::fact::*;
use crate::id::{ArrestId, AssessmentId, DrugTestId, MembershipId, RequirementId, ResolutionId};
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

/// One fact of each kind that police and courts make, and some that name what is not on the record.
pub(crate) fn of_police_and_courts() -> Vec<Fact> {
    let arrest = ArrestId(Uuid::from_u128(0x8_0001));
    let requirement = |n: u128| RequirementId(Uuid::from_u128(0x8_0010 + n));
    let resolution = ResolutionId(Uuid::from_u128(0x8_0020));
    let membership = |n: u128| MembershipId(Uuid::from_u128(0x8_0030 + n));
    let county = || organisation("county");
    vec![
        Arrested {
            arrest,
            offence: code("shoplifting"),
            force: Some(code("46")),
        }
        .into(),
        tested(1).into(),
        required(1, "northshire-community").into(),
        AssessmentRequired {
            kind: AssessmentKind::FollowUp,
            follows: Some(assessment_id(1)),
            appointed_on: Some(day("2026-03-20")),
            ..required(2, "northshire-community")
        }
        .into(),
        AssessmentAttended {
            follow_up_needed: Some(false),
            ..came(1)
        }
        .into(),
        stayed_away(9).into(),
        AssessmentLapsed {
            assessment: assessment_id(2),
            reason: code("custody"),
        }
        .into(),
        LiaisonContactRecorded {
            organisation: county(),
            place: code("court"),
            outcome: code("assessed"),
        }
        .into(),
        Bailed {
            arrest: Some(arrest),
            kind: code("pre_charge"),
            conditions: vec![code("curfew")],
            until: Some(day("2026-04-01")),
        }
        .into(),
        CourtOutcomeRecorded {
            outcome: code("community_order"),
        }
        .into(),
        RequirementImposed {
            requirement: requirement(1),
            kind: code("drug_rehabilitation"),
            months: Some(6),
            organisation: county(),
        }
        .into(),
        RequirementEnded {
            requirement: requirement(1),
            reason: code("breached"),
        }
        .into(),
        RequirementEnded {
            requirement: requirement(9),
            reason: code("revoked"),
        }
        .into(),
        ResolvedOutOfCourt {
            resolution,
            arrest: Some(arrest),
            kind: code("conditional_caution"),
            conditions: vec![code("drug_awareness")],
            until: None,
            organisation: county(),
        }
        .into(),
        ResolutionConcluded {
            resolution,
            outcome: code("met"),
        }
        .into(),
        CohortJoined {
            membership: membership(1),
            cohort: code("integrated_offender_management"),
            organisation: county(),
        }
        .into(),
        CohortLeft {
            membership: membership(1),
            reason: code("moved_area"),
        }
        .into(),
        CohortLeft {
            membership: membership(9),
            reason: code("moved_area"),
        }
        .into(),
    ]
}
