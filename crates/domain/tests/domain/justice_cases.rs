//! Arrest, drug test, required assessments, bail, courts, resolutions, cohorts (`cases.md` J1 and J2).

use crate::story::{POLICE, SUNDERLAND, Story, at, code, day, on, service};
use throughcare_domain::command::{Command, JusticeCommand, NewRequirement};
use throughcare_domain::event::Origin;
use throughcare_domain::fact::{AssessmentKind, DrugResult, Fact};
use throughcare_domain::history::History;
use throughcare_domain::id::{ArrestId, AssessmentId, DrugTestId, PersonId};
use throughcare_domain::state::{AssessmentStatus, DrugTest};
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

fn result(drug: &str, result: &str) -> DrugResult {
    DrugResult {
        drug: code(drug),
        result: code(result),
    }
}

fn test(cocaine: &str, opiates: &str) -> Command {
    Command::Justice(JusticeCommand::Test {
        arrest: None,
        trigger: code("trigger_offence_arrest"),
        results: vec![result("cocaine", cocaine), result("opiates", opiates)],
    })
}

fn require(test: Option<DrugTestId>) -> Command {
    Command::Justice(JusticeCommand::RequireAssessment {
        service: service(SUNDERLAND),
        test,
        appointed_on: None,
    })
}

fn attend(assessment: AssessmentId, follow_up_needed: Option<bool>) -> Command {
    Command::Justice(JusticeCommand::AttendAssessment {
        assessment,
        follow_up_needed,
        follow_up_on: None,
    })
}

fn miss(assessment: AssessmentId) -> Command {
    Command::Justice(JusticeCommand::MissAssessment {
        assessment,
        reason: code("did_not_attend"),
    })
}

fn lapse(assessment: AssessmentId) -> Command {
    Command::Justice(JusticeCommand::LapseAssessment {
        assessment,
        reason: code("no_further_action"),
    })
}

/// Tested positive on 2 March and required to come: the initial assessment and the follow-up.
fn required() -> (Story, AssessmentId, AssessmentId) {
    let mut story = Story::of_an_adult();
    let tested = story.staff_of(POLICE, "2026-03-02", test("positive", "negative"));
    let required = story.staff_of(POLICE, "2026-03-02", require(Some(tested.created[0].into())));
    (story, required.created[0].into(), required.created[1].into())
}

fn statuses(story: &Story) -> Vec<(AssessmentKind, AssessmentStatus)> {
    let state = story.state();
    let assessments = state.justice.assessments.iter();
    assessments.map(|one| (one.kind, one.status())).collect()
}

/// J1: of 538 tests 160 found cocaine, and 88 cocaine and opiates. Read so that the 88 lie inside the 160, and so
/// that they do not: both are told by the same kind of fact, and each figure by a question of its own.
#[test]
fn j1_both_readings_of_88_within_160_are_answered_by_what_is_stored() {
    let figures = |cocaine_alone: usize, both: usize| {
        let mut tests: Vec<DrugTest> = Vec::new();
        let mut add = |number: usize, command: Command| {
            let mut story = Story::of_an_adult();
            story.staff_of(POLICE, "2026-03-02", command);
            let one = story.state().justice.tests[0].clone();
            tests.extend(std::iter::repeat_n(one, number));
        };
        add(cocaine_alone, test("positive", "negative"));
        add(both, test("positive", "positive"));
        add(538 - cocaine_alone - both, test("negative", "negative"));
        let count = |which: &dyn Fn(&DrugTest) -> bool| tests.iter().filter(|one| which(one)).count();
        (
            count(&|one| one.found("cocaine")),
            count(&|one| one.found_alone("cocaine")),
            count(&|one| one.found("cocaine") && one.found("opiates")),
            count(&|one| !one.is_positive()),
        )
    };
    // The 88 are among the 160.
    assert_eq!(figures(72, 88), (160, 72, 88, 378));
    // The 160 found cocaine alone.
    assert_eq!(figures(160, 88), (248, 160, 88, 290));
}

#[test]
fn what_was_not_tested_for_was_not_found() {
    let mut story = Story::of_an_adult();
    story.staff_of(POLICE, "2026-03-02", test("not_tested", "refused"));
    let state = story.state();
    assert!(!state.justice.tests[0].is_positive());
    assert!(!state.justice.tests[0].found("cocaine"));
}

#[test]
fn j2_a_required_initial_assessment_imposes_a_follow_up() {
    let (mut story, initial, follow_up) = required();
    assert_eq!(
        statuses(&story),
        [
            (AssessmentKind::Initial, AssessmentStatus::Imposed),
            (AssessmentKind::FollowUp, AssessmentStatus::Imposed)
        ]
    );
    story.staff_of(SUNDERLAND, "2026-03-09", attend(initial, None));
    assert_eq!(
        statuses(&story)[1].1,
        AssessmentStatus::Imposed,
        "needed unless told otherwise"
    );
    story.staff_of(SUNDERLAND, "2026-03-16", attend(follow_up, None));
    assert_eq!(statuses(&story)[1].1, AssessmentStatus::Attended);
}

#[test]
fn j2_the_follow_up_lapses_when_the_assessor_says_that_none_is_needed() {
    let (mut story, initial, follow_up) = required();
    let attended = story.staff_of(SUNDERLAND, "2026-03-09", attend(initial, Some(false)));
    let state = story.state();
    let lapsed = state.assessment(follow_up).unwrap();
    assert_eq!(lapsed.status(), AssessmentStatus::Lapsed);
    assert_eq!(lapsed.status_since().date(), day("2026-03-09"));
    assert_eq!(lapsed.lapsed.as_ref().unwrap().1, code("not_needed"));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-16", miss(follow_up)),
        ["assessment_settled"],
        "nobody misses what is not required"
    );
    // The assessor's answer was entered in error: the follow-up is required again.
    story.staff_of(
        SUNDERLAND,
        "2026-03-17",
        Command::VoidEvents {
            events: vec![attended.drafts[0].id],
            reason: code("entered_in_error"),
            replaced: throughcare_domain::fact::Replaced::No,
        },
    );
    assert_eq!(statuses(&story)[1].1, AssessmentStatus::Imposed);
}

#[test]
fn an_assessment_is_missed_and_may_be_attended_later_and_lapses() {
    let (mut story, initial, follow_up) = required();
    story.staff_of(SUNDERLAND, "2026-03-09", miss(initial));
    assert_eq!(statuses(&story)[0].1, AssessmentStatus::Missed);
    story.staff_of(SUNDERLAND, "2026-03-12", attend(initial, Some(true)));
    assert_eq!(statuses(&story)[0].1, AssessmentStatus::Attended);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-13", miss(initial)),
        ["assessment_settled"]
    );
    story.staff_of(POLICE, "2026-03-14", lapse(follow_up));
    assert_eq!(statuses(&story)[1].1, AssessmentStatus::Lapsed);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-15", attend(follow_up, None)),
        ["assessment_settled"]
    );
}

#[test]
fn a_follow_up_comes_after_the_initial_assessment_and_none_follows_it() {
    let (mut story, initial, follow_up) = required();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-09", attend(follow_up, None)),
        ["initial_first"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-01", attend(initial, None)),
        ["before_assessment"]
    );
    story.staff_of(SUNDERLAND, "2026-03-09", attend(initial, None));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-10", attend(follow_up, Some(false))),
        ["no_further_follow_up"]
    );
}

#[test]
fn an_assessment_is_required_of_adults_after_a_positive_test() {
    let mut story = Story::of_an_adult();
    let negative = story.staff_of(POLICE, "2026-03-02", test("negative", "negative"));
    let negative = DrugTestId(negative.created[0]);
    assert_eq!(
        story.refused(POLICE, "2026-03-02", require(Some(negative))),
        ["test_not_positive"]
    );
    let nobodys = Some(DrugTestId(Uuid::from_u128(9)));
    assert_eq!(
        story.refused(POLICE, "2026-03-02", require(nobodys)),
        ["unknown_test"]
    );
    let mut young = Story::of_somebody_born("2009-01-01");
    assert_eq!(young.refused(POLICE, "2026-03-02", require(None)), ["too_young"]);
    young.staff_of(POLICE, "2026-03-02", test("positive", "negative"));
    let mut child = Story::of_somebody_born("2013-01-01");
    assert_eq!(
        child.refused(POLICE, "2026-03-02", test("positive", "negative")),
        ["too_young"]
    );
}

#[test]
fn a_test_on_which_an_assessment_rests_is_voided_with_it() {
    let (mut story, ..) = required();
    let made: Vec<_> = story
        .history
        .events()
        .iter()
        .map(|event| event.envelope.id)
        .collect();
    let void = |events: &[throughcare_domain::id::EventId]| Command::VoidEvents {
        events: events.to_vec(),
        reason: code("entered_in_error"),
        replaced: throughcare_domain::fact::Replaced::No,
    };
    let refused = story.refused(POLICE, "2026-03-03", void(&made[1..2]));
    assert_eq!(refused, ["others_rest_on_it"]);
    story.staff_of(POLICE, "2026-03-03", void(&made[1..4]));
    assert!(story.state().justice.tests.is_empty() && story.state().justice.assessments.is_empty());
}

/// A correction counts in its own stream: what is about to be recorded is judged in that of the history, whichever it is.
#[test]
fn a_correction_is_judged_in_the_stream_of_the_record() {
    let (mut story, ..) = required();
    let mut events = story.history.events().to_vec();
    for event in &mut events {
        event.envelope.stream = StreamId::person(PersonId(Uuid::from_u128(7)));
    }
    let tested = events[1].envelope.id;
    story.history = History::new(events);
    let void = Command::VoidEvents {
        events: vec![tested],
        reason: code("entered_in_error"),
        replaced: throughcare_domain::fact::Replaced::No,
    };
    assert_eq!(story.refused(POLICE, "2026-03-03", void), ["others_rest_on_it"]);
}

#[test]
fn staff_are_refused_unknown_codes_and_repetitions_with_their_place() {
    let mut story = Story::of_an_adult();
    let told = Command::Justice(JusticeCommand::Test {
        arrest: Some(ArrestId(Uuid::from_u128(9))),
        trigger: code("whim"),
        results: vec![result("cocaine", "positive"), result("cocaine", "maybe")],
    });
    let refusal = story
        .ask(Origin::Staff, POLICE, on("2026-03-02"), told)
        .expect_err("is refused");
    let faults: Vec<_> = refusal
        .0
        .as_slice()
        .iter()
        .map(|fault| (fault.code, fault.pointer.as_str()))
        .collect();
    assert_eq!(
        faults,
        [
            ("unknown_code", "/trigger"),
            ("unknown_code", "/results/1/result"),
            ("repeated", "/results/1/drug"),
            ("unknown_arrest", "/arrestId"),
        ]
    );
}

/// A machine's fact is kept whatever its codes, its order and its state, and says what does not fit.
#[test]
fn what_a_machine_sends_is_kept_and_flagged() {
    let mut story = Story::of_somebody_born("2009-01-01");
    let arrested = story.machine(
        at("2026-03-02T22:10:00Z"),
        Command::Justice(JusticeCommand::Arrest {
            offence: code("moonshine"),
            force: Some(code("99")),
        }),
    );
    assert_eq!(arrested, ["unknown_code", "unknown_code"]);
    assert_eq!(
        story.machine(at("2026-03-02T23:00:00Z"), test("perhaps", "negative")),
        ["unknown_code"]
    );
    let flags = story.machine(at("2026-03-02T23:30:00Z"), require(Some(DrugTestId(Uuid::nil()))));
    assert_eq!(flags, ["too_young", "unknown_test"]);
    let state = story.state();
    assert_eq!(
        (
            state.justice.arrests.len(),
            state.justice.tests.len(),
            state.justice.assessments.len()
        ),
        (1, 1, 2)
    );
    let initial = state.justice.assessments[0].id;
    story.machine(at("2026-03-03T09:00:00Z"), attend(initial, None));
    assert_eq!(
        story.machine(at("2026-03-04T09:00:00Z"), miss(initial)),
        ["assessment_settled"]
    );
    assert_eq!(statuses(&story)[0].1, AssessmentStatus::Attended);
}

#[test]
fn bail_ends_after_it_began_and_names_an_arrest_of_the_record() {
    let mut story = Story::of_an_adult();
    let bail = |arrest, until: &str| {
        Command::Justice(JusticeCommand::Bail {
            arrest,
            kind: code("pre_charge"),
            conditions: vec![code("drug_assessment"), code("curfew")],
            until: Some(day(until)),
        })
    };
    let arrest = Command::Justice(JusticeCommand::Arrest {
        offence: code("shoplifting"),
        force: Some(code("46")),
    });
    let arrested = story.staff_of(POLICE, "2026-03-02", arrest);
    let arrest = Some(ArrestId(arrested.created[0]));
    assert_eq!(
        story.refused(POLICE, "2026-03-02", bail(arrest, "2026-03-01")),
        ["ends_before_start"]
    );
    assert_eq!(
        story.refused(POLICE, "2026-03-01", bail(arrest, "2026-04-01")),
        ["unknown_arrest"]
    );
    story.staff_of(POLICE, "2026-03-02", bail(arrest, "2026-04-01"));
    assert_eq!(story.state().justice.bail[0].conditions.len(), 2);
}

#[test]
fn given_an_arrest_at_a_time_of_day_when_bail_is_told_by_the_day_then_it_may_name_it() {
    let bail = |arrest| {
        Command::Justice(JusticeCommand::Bail {
            arrest: Some(arrest),
            kind: code("pre_charge"),
            conditions: Vec::new(),
            until: None,
        })
    };
    let arrest = Command::Justice(JusticeCommand::Arrest {
        offence: code("shoplifting"),
        force: None,
    });
    let mut story = Story::of_an_adult();
    let arrested = story
        .ask(Origin::Staff, POLICE, at("2026-03-02T14:10:00Z"), arrest)
        .unwrap();
    let arrest = ArrestId(arrested.created[0]);
    assert_eq!(
        story.refused(POLICE, "2026-03-01", bail(arrest)),
        ["unknown_arrest"]
    );
    story.staff_of(POLICE, "2026-03-02", bail(arrest));
    assert!(story.state().conflicts.is_empty());
}

fn order(requirements: &[(&str, u16)]) -> Command {
    let requirements = requirements.iter().map(|(kind, months)| NewRequirement {
        kind: code(kind),
        months: Some(*months),
    });
    Command::Justice(JusticeCommand::CourtOutcome {
        outcome: code("community_order"),
        requirements: requirements.collect(),
    })
}

#[test]
fn an_order_imposes_requirements_that_last_for_months_and_may_end_before() {
    let mut story = Story::of_an_adult();
    let decided = story.staff_of(
        POLICE,
        "2026-01-31",
        order(&[("drug_rehabilitation", 6), ("alcohol_treatment", 1)]),
    );
    assert_eq!(decided.created.len(), 2);
    let state = story.state();
    let [drug, alcohol] = &state.justice.requirements[..] else {
        panic!("two requirements");
    };
    assert_eq!(drug.last_day(), Some(day("2026-07-30")));
    assert_eq!(
        alcohol.last_day(),
        Some(day("2026-02-27")),
        "a month from 31 January"
    );
    assert!(alcohol.is_open_on(day("2026-02-27")) && !alcohol.is_open_on(day("2026-02-28")));
    let end = |reason: &str| {
        Command::Justice(JusticeCommand::EndRequirement {
            requirement: drug.id,
            reason: code(reason),
        })
    };
    assert_eq!(
        story.refused(POLICE, "2026-01-30", end("breached")),
        ["before_requirement"]
    );
    story.staff_of(POLICE, "2026-03-01", end("breached"));
    assert!(!story.state().justice.requirements[0].is_open_on(day("2026-03-01")));
    assert_eq!(
        story.refused(POLICE, "2026-03-02", end("completed")),
        ["requirement_ended"]
    );
    assert_eq!(
        story.refused(
            POLICE,
            "2026-03-02",
            order(&[("drug_rehabilitation", 37), ("drug_rehabilitation", 6)])
        ),
        ["out_of_range", "repeated"]
    );
}

#[test]
fn a_resolution_has_conditions_that_are_met_or_not() {
    let mut story = Story::of_an_adult();
    let caution = Command::Justice(JusticeCommand::Resolve {
        arrest: None,
        kind: code("conditional_caution"),
        conditions: vec![code("drug_awareness")],
        until: Some(day("2026-06-30")),
    });
    let decided = story.staff_of(POLICE, "2026-03-02", caution);
    let conclude = |outcome: &str| {
        Command::Justice(JusticeCommand::ConcludeResolution {
            resolution: decided.created[0].into(),
            outcome: code(outcome),
        })
    };
    assert_eq!(
        story.refused(POLICE, "2026-03-01", conclude("met")),
        ["before_resolution"]
    );
    story.staff_of(POLICE, "2026-05-01", conclude("met"));
    assert_eq!(
        story.refused(POLICE, "2026-05-02", conclude("not_met")),
        ["resolution_concluded"]
    );
    assert_eq!(
        story.state().justice.resolutions[0].concluded.as_ref().unwrap().1,
        code("met")
    );
}

#[test]
fn a_cohort_is_joined_once_at_a_time() {
    let mut story = Story::of_an_adult();
    let join = || {
        Command::Justice(JusticeCommand::JoinCohort {
            cohort: code("integrated_offender_management"),
        })
    };
    let joined = story.staff_of(POLICE, "2026-03-02", join());
    assert_eq!(
        story.refused(POLICE, "2026-03-10", join()),
        ["cohort_already_joined"]
    );
    let leave = Command::Justice(JusticeCommand::LeaveCohort {
        membership: joined.created[0].into(),
        reason: code("moved_area"),
    });
    assert_eq!(
        story.refused(POLICE, "2026-03-01", leave.clone()),
        ["before_cohort"]
    );
    story.staff_of(POLICE, "2026-04-01", leave.clone());
    assert_eq!(
        story.refused(POLICE, "2026-04-02", leave),
        ["cohort_already_left"]
    );
    story.staff_of(POLICE, "2026-04-02", join());
    let state = story.state();
    let on = |day_: &str| {
        state
            .justice
            .cohorts
            .iter()
            .filter(|one| one.goes_on(day(day_)))
            .count()
    };
    assert_eq!((on("2026-03-31"), on("2026-04-01"), on("2026-04-02")), (1, 0, 1));
}

/// Police custody is no setting: an arrest and a test move nobody.
#[test]
fn an_arrest_moves_no_track() {
    let mut story = Story::released_on_1_march("83");
    let before = story.state();
    let contact = Command::Justice(JusticeCommand::Contact {
        place: code("police_custody"),
        outcome: code("referred"),
    });
    story.staff_of(POLICE, "2026-03-05", contact);
    story.staff_of(POLICE, "2026-03-05", test("positive", "positive"));
    let after = story.state();
    assert_eq!(after.custody, before.custody);
    assert_eq!(after.justice.contacts.len(), 1);
    let last = story.history.events().last().unwrap();
    assert!(matches!(last.fact(), Some(Fact::DrugTested(_))));
}
