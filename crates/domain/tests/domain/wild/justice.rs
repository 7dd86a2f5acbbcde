//! Arrests, tests, assessments, orders and cohorts that need not fit each other.

use super::few;
use crate::story::{SUNDERLAND, code, day, service};
use proptest::prelude::*;
use proptest::sample::select;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::fact::*;
use throughcare_domain::id::{ArrestId, AssessmentId, DrugTestId, MembershipId, RequirementId, ResolutionId};

fn organisation() -> OrganisationCode {
    OrganisationCode::parse(SUNDERLAND).unwrap()
}

fn assessment_fact() -> impl Strategy<Value = Fact> {
    let kinds = select(AssessmentKind::ALL.to_vec());
    let id = few::<AssessmentId>;
    prop_oneof![
        (
            id(),
            kinds,
            proptest::option::of(id()),
            proptest::option::of(few::<DrugTestId>())
        )
            .prop_map(|(assessment, kind, follows, test)| {
                AssessmentRequired {
                    assessment,
                    kind,
                    follows,
                    test,
                    service: service(SUNDERLAND),
                    organisation: organisation(),
                    appointed_on: Some(day("2026-01-20")),
                }
                .into()
            }),
        (id(), proptest::option::of(any::<bool>())).prop_map(|(assessment, follow_up_needed)| {
            AssessmentAttended {
                assessment,
                follow_up_needed,
                follow_up_on: None,
            }
            .into()
        }),
        id().prop_map(|assessment| {
            AssessmentMissed {
                assessment,
                reason: code("did_not_attend"),
            }
            .into()
        }),
        id().prop_map(|assessment| {
            AssessmentLapsed {
                assessment,
                reason: code("custody"),
            }
            .into()
        }),
    ]
}

pub(super) fn justice_fact() -> impl Strategy<Value = Fact> {
    let results = select(vec!["positive", "negative"]);
    prop_oneof![
        3 => assessment_fact(),
        1 => few::<ArrestId>().prop_map(|arrest| {
            Arrested { arrest, offence: code("robbery"), force: None }.into()
        }),
        1 => (few::<DrugTestId>(), few::<ArrestId>(), results).prop_map(|(test, arrest, result)| {
            let results = vec![DrugResult { drug: code("cocaine"), result: code(result) }];
            DrugTested { test, arrest: Some(arrest), trigger: code("authorised_arrest"), results }.into()
        }),
        1 => few::<RequirementId>().prop_map(|requirement| {
            let kind = code("drug_rehabilitation");
            RequirementImposed { requirement, kind, months: Some(6), organisation: organisation() }.into()
        }),
        1 => few::<RequirementId>().prop_map(|requirement| {
            RequirementEnded { requirement, reason: code("breached") }.into()
        }),
        1 => few::<ResolutionId>().prop_map(|resolution| {
            ResolvedOutOfCourt {
                resolution,
                arrest: None,
                kind: code("conditional_caution"),
                conditions: vec![code("drug_awareness")],
                until: Some(day("2026-01-20")),
                organisation: organisation(),
            }.into()
        }),
        1 => few::<ResolutionId>().prop_map(|resolution| {
            ResolutionConcluded { resolution, outcome: code("met") }.into()
        }),
        1 => few::<MembershipId>().prop_map(|membership| {
            CohortJoined { membership, cohort: code("local_scheme"), organisation: organisation() }.into()
        }),
        1 => few::<MembershipId>().prop_map(|membership| {
            CohortLeft { membership, reason: code("moved_area") }.into()
        }),
        1 => few::<ArrestId>().prop_map(|arrest| {
            Bailed { arrest: Some(arrest), kind: code("court"), conditions: Vec::new(), until: None }.into()
        }),
    ]
}
