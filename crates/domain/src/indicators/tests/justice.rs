//! Tests on arrest, required assessments, requirements and conditions.

use super::*;
use crate::code::Code;
use crate::fact::{
    AssessmentAttended, AssessmentKind, AssessmentLapsed, AssessmentRequired, DrugResult, DrugTested,
    RequirementEnded, RequirementImposed, ResolutionConcluded, ResolvedOutOfCourt,
};
use crate::id::{RequirementId, ResolutionId};

fn tested_for(cocaine: &str, opiates: &str) -> Story {
    let result = |drug: &str, result: &str| DrugResult {
        drug: code(drug),
        result: code(result),
    };
    Story::new().on(
        "2026-03-05",
        DrugTested {
            results: vec![result("cocaine", cocaine), result("opiates", opiates)],
            ..tested(1)
        },
    )
}

#[test]
fn j1_each_drug_and_both_readings_can_be_asked_for() {
    let people = [
        tested_for("positive", "negative"),
        tested_for("positive", "positive"),
        tested_for("negative", "positive"),
        tested_for("negative", "negative"),
        tested_for("refused", "refused"),
    ];
    let march = asked("2026-03-01", "2026-03-31", "2026-12-31");
    let of = |id| counts(id, &people, &march);
    assert_eq!(of("tests_on_arrest").0, 4, "a refused sample found nothing");
    assert_eq!(of("tests_positive"), (3, 4, 0));
    assert_eq!(of("tests_positive_cocaine"), (2, 4, 0), "with opiates or without");
    assert_eq!(of("tests_positive_cocaine_alone"), (1, 4, 0), "the other reading");
    assert_eq!(of("tests_positive_opiates"), (2, 4, 0));
    assert_eq!(of("tests_positive_opiates_alone"), (1, 4, 0));
    assert_eq!(of("tests_positive_cocaine_and_opiates"), (1, 4, 0));
    let april = asked("2026-04-01", "2026-04-30", "2026-12-31");
    assert_eq!(counts("tests_on_arrest", &people, &april).0, 0);
}

#[test]
fn what_a_test_found_is_a_line_of_no_service_and_shows_nobody() {
    let lines = rows(&tested_for("positive", "negative").state(), &directory());
    let line = lines
        .iter()
        .find(|row| row.kind == RowKind::TestOnArrest)
        .unwrap();
    assert_eq!((&line.service, &line.organisation), (&None, &None));
    for indicator in Indicator::all() {
        let kind = indicator.counts_rows();
        let told_to_few = matches!(kind, RowKind::TestOnArrest | RowKind::AssessmentImposed);
        assert_eq!(indicator.shows_people(), !told_to_few, "{}", indicator.id());
    }
}

#[test]
fn j2_a_follow_up_that_is_not_needed_lapses_and_is_no_duty_any_more() {
    let follow_up = AssessmentRequired {
        kind: AssessmentKind::FollowUp,
        follows: Some(assessment_id(1)),
        ..required(2, "northshire-community")
    };
    let both = Story::new()
        .on("2026-03-05", tested(1))
        .on("2026-03-05", required(1, "northshire-community"))
        .on("2026-03-05", follow_up);
    let lapsed = both
        .clone()
        .on(
            "2026-03-10",
            AssessmentAttended {
                follow_up_needed: Some(false),
                ..came(1)
            },
        )
        .on(
            "2026-03-10",
            AssessmentLapsed {
                assessment: assessment_id(2),
                reason: code("not_needed"),
            },
        );
    let missed = both.on("2026-03-09", stayed_away(1));
    let march = |as_of: &str| asked("2026-03-01", "2026-03-31", as_of);
    let people = [lapsed, missed];
    let of = |id, as_of: &str| counts(id, &people, &march(as_of));
    assert_eq!(of("required_assessments_imposed", "2026-12-31").0, 4);
    assert_eq!(
        of("required_assessments_attended", "2026-12-31"),
        (1, 3, 2),
        "the one that lapsed is left out, who stayed away may still come"
    );
    assert_eq!(of("required_assessments_attended", "2026-03-08"), (0, 4, 4));
    assert_eq!(of("follow_ups_not_needed", "2026-12-31"), (1, 2, 1));
}

#[test]
fn requirements_are_completed_and_conditions_met_by_how_they_ended() {
    let requirement = RequirementId(Uuid::from_u128(0x9_0001));
    let resolution = ResolutionId(Uuid::from_u128(0x9_0002));
    let ordered = |how: &str| {
        Story::new()
            .on(
                "2025-06-01",
                RequirementImposed {
                    requirement,
                    kind: code("drug_rehabilitation"),
                    months: Some(9),
                    organisation: organisation("county"),
                },
            )
            .on(
                "2026-03-05",
                RequirementEnded {
                    requirement,
                    reason: code(how),
                },
            )
    };
    let agreed = |how: &str| {
        Story::new()
            .on(
                "2026-01-10",
                ResolvedOutOfCourt {
                    resolution,
                    arrest: None,
                    kind: code("conditional_caution"),
                    conditions: Vec::<Code>::new(),
                    until: None,
                    organisation: organisation("county"),
                },
            )
            .on(
                "2026-03-05",
                ResolutionConcluded {
                    resolution,
                    outcome: code(how),
                },
            )
    };
    let people = [
        ordered("completed"),
        ordered("breached"),
        ordered("died"),
        agreed("met"),
        agreed("partly_met"),
        agreed("withdrawn"),
    ];
    let march = asked("2026-03-01", "2026-03-31", "2026-12-31");
    let of = |id| counts(id, &people, &march);
    assert_eq!(
        of("requirements_completed"),
        (1, 2, 0),
        "death is nobody's success"
    );
    assert_eq!(of("conditions_met"), (1, 2, 0));
    let before = asked("2026-03-01", "2026-03-31", "2026-03-04");
    assert_eq!(
        counts("requirements_completed", &people, &before).1,
        0,
        "not ended yet"
    );
    let mut own = march;
    own.provider = Some(Provider::Organisation(organisation("county")));
    assert_eq!(
        counts("conditions_met", &people, &own),
        (1, 2, 0),
        "whose it is, it is told"
    );
    own.provider = Some(Provider::Organisation(organisation("northshire")));
    assert_eq!(counts("conditions_met", &people, &own).1, 0);
}
