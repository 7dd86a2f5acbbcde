//! What staff enter is refused, with the reason, when it could not have happened; each refusal beside the
//! same entry where it fits.

use crate::story::{
    PRISON_CARE, SUNDERLAND, Story, code, day, exit, kit, noon, on, reception, release, service, transfer,
};
use throughcare_domain::command::{Command, Demographics, NewReferral};
use throughcare_domain::event::Origin;
use throughcare_domain::fact::UsedOn;
use throughcare_domain::id::KitId;
use uuid::Uuid;

fn detail(story: &mut Story, on_day: &str, command: Command) -> String {
    let refusal = story
        .ask(Origin::Staff, PRISON_CARE, on(on_day), command)
        .expect_err("is refused");
    refusal
        .0
        .as_slice()
        .iter()
        .map(|fault| fault.detail.clone())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn an_exit_before_the_start() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-01-31", exit(episode, "85", None)),
        ["before_episode"]
    );
    story.start("2026-02-03", episode);
    let early = story.refused(SUNDERLAND, "2026-02-02", exit(episode, "85", None));
    assert_eq!(
        early,
        ["end_before_start", "episode_ended"],
        "treatment would start after the exit"
    );
    story.exit("2026-02-03", episode, "85");
}

#[test]
fn a_second_exit() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    story.exit("2026-02-10", episode, "85");
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-12", exit(episode, "80", None)),
        ["episode_ended"]
    );
}

#[test]
fn an_exit_that_leaves_treatment_open() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    story.start("2026-02-03", episode);
    let silent = Command::RecordExit {
        episode,
        reason: code("85"),
        intervention_exit: None,
        profile: None,
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-10", silent),
        ["interventions_open"]
    );
    story.exit("2026-02-10", episode, "85");
    assert!(story.state().episodes[0].interventions[0].ended.is_some());
}

#[test]
fn two_overlapping_prison_spells() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let again = Command::RecordMovement(reception("LEI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-01", again.clone()),
        ["overlapping_prison_spell"]
    );
    assert!(detail(&mut story, "2026-02-01", again.clone()).contains("since 2026-01-05"));
    story.moves("2026-01-31", release("CR", "MDI"));
    story.staff("2026-02-01", again);
    assert_eq!(story.state().custody.spells.len(), 2);
}

#[test]
fn a_back_dated_reception_that_would_overlap_a_later_spell() {
    let mut story = Story::of_an_adult();
    story.moves("2026-02-01", reception("MDI"));
    let earlier = Command::RecordMovement(reception("LEI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-01-20", earlier),
        ["overlapping_prison_spell"]
    );
}

#[test]
fn a_release_of_somebody_at_liberty() {
    let mut story = Story::of_an_adult();
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-02-01", release("CR", "MDI"));
    let again = Command::RecordMovement(release("CR", "MDI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-05", again),
        ["release_without_reception"]
    );
}

#[test]
fn a_transfer_from_another_prison_than_the_record_says() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let wrong = Command::RecordMovement(transfer("LEI", "HLI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-01", wrong),
        ["different_prison"]
    );
    story.moves("2026-02-01", transfer("MDI", "LEI"));
}

fn use_of(kit: KitId) -> Command {
    Command::UseKit {
        kit,
        doses: None,
        used_on: UsedOn::Holder,
        outcome: code("survived"),
        place: None,
    }
}

#[test]
fn use_of_a_kit_never_issued() {
    let mut story = Story::of_an_adult();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-01", use_of(KitId(Uuid::max()))),
        ["kit_never_issued"]
    );
    let issue = Command::IssueKits {
        service: service(SUNDERLAND),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    };
    story.staff_of(SUNDERLAND, "2026-02-02", issue);
    let kit = story.kits()[0];
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-01", use_of(kit)),
        ["kit_never_issued"],
        "used before it was issued"
    );
    story.staff_of(SUNDERLAND, "2026-02-03", use_of(kit));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-04", use_of(kit)),
        ["kit_already_used"]
    );
}

#[test]
fn a_kit_past_its_expiry_or_of_another_service() {
    let mut story = Story::of_an_adult();
    let expired = throughcare_domain::command::KitRead {
        expires_on: day("2026-01-31"),
        ..kit("LOT-A1")
    };
    let issue = |kits| Command::IssueKits {
        service: service(SUNDERLAND),
        kits,
        replaces: None,
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-01", issue(vec![expired])),
        ["kit_expired"]
    );
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-01", issue(vec![kit("LOT-A1")])),
        ["not_your_service"]
    );
    story.staff_of(SUNDERLAND, "2026-02-01", issue(vec![kit("LOT-A1")]));
}

fn registering(born: &str) -> Command {
    let demographics = Demographics {
        date_of_birth: Some(day(born)),
        ..Default::default()
    };
    Command::Register {
        demographics,
        identifiers: Vec::new(),
        residence: None,
    }
}

#[test]
fn a_birth_in_the_future_or_before_1900() {
    let mut story = Story::untold();
    assert!(
        story
            .refused(PRISON_CARE, "2026-02-01", registering("2026-02-02"))
            .contains(&"born_in_the_future")
    );
    assert!(
        story
            .refused(PRISON_CARE, "2026-02-01", registering("1899-12-31"))
            .contains(&"out_of_range")
    );
    story.staff("2026-02-01", registering("2026-01-31"));
}

#[test]
fn care_before_birth() {
    let mut story = Story::of_somebody_born("2008-06-15");
    let before = Command::RecordMovement(reception("MDI"));
    assert_eq!(story.refused(PRISON_CARE, "2008-06-14", before), ["before_birth"]);
    story.moves("2026-06-15", reception("MDI"));
}

#[test]
fn what_is_dated_in_the_future() {
    let mut story = Story::of_an_adult();
    let command = Command::RecordMovement(reception("MDI"));
    let ask = |story: &mut Story, today: &str| {
        story.ask_at(
            noon(day(today)),
            Origin::Staff,
            PRISON_CARE,
            on("2026-03-02"),
            command.clone(),
        )
    };
    let refusal = ask(&mut story, "2026-03-01").expect_err("is refused");
    assert_eq!(refusal.0.as_slice()[0].code, "in_the_future");
    assert!(ask(&mut story, "2026-03-02").is_ok());
}

#[test]
fn care_after_death() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-10", SUNDERLAND);
    story.exit("2026-02-01", episode, "89");
    let after = Command::RecordMovement(reception("MDI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-02", after.clone()),
        ["after_death"]
    );
    story.staff("2026-01-20", after);
}

#[test]
fn an_unknown_code_names_the_nearest() {
    let mut story = Story::of_an_adult();
    let refer = |source: &str| {
        Command::Refer(NewReferral {
            source: code(source),
            to_service: service(SUNDERLAND),
            from_service: None,
            transfer_of: None,
            substances: Vec::new(),
        })
    };
    assert!(detail(&mut story, "2026-01-10", refer("arest_referral")).contains("arrest_referral"));
    story.staff("2026-01-10", refer("arrest_referral"));
}

#[test]
fn an_unknown_service_names_the_nearest() {
    let mut story = Story::of_an_adult();
    let refer = Command::Refer(NewReferral {
        source: code("arrest_referral"),
        to_service: service("sunderland-recovry"),
        from_service: None,
        transfer_of: None,
        substances: Vec::new(),
    });
    assert!(detail(&mut story, "2026-01-10", refer).contains("sunderland-recovery"));
}

#[test]
fn every_fault_is_named_at_once() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    let command = Command::StartIntervention {
        episode,
        code: code("999"),
        setting: code("moon"),
        within_care_plan: false,
    };
    let faults = story.refused(SUNDERLAND, "2026-01-01", command);
    assert_eq!(faults, ["unknown_code", "unknown_code", "before_episode"]);
}

#[test]
fn a_back_dated_entry_that_fits_is_accepted() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    story.start("2026-02-20", episode);
    story.start("2026-02-05", episode);
    let first = story.state().episodes[0].first_structured_start();
    assert_eq!(
        first.map(|at| at.date()),
        Some(day("2026-02-05")),
        "the earliest start is the first"
    );

    // A whole earlier stay in prison, told late: release first, then its reception.
    story.moves("2026-06-01", reception("MDI"));
    story
        .moves("2026-03-20", release("CR", "LEI"))
        .moves("2026-03-01", reception("LEI"));
    assert_eq!(story.state().custody.spells.len(), 2);
    assert!(
        story.state().conflicts.is_empty(),
        "{:?}",
        story.state().conflicts
    );
}

#[test]
fn a_back_dated_entry_that_contradicts_is_refused() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-02-01", SUNDERLAND);
    story.accept("2026-02-05", referral);
    let reject = Command::RejectReferral {
        referral,
        reason: code("out_of_area"),
    };
    let faults = story.refused(SUNDERLAND, "2026-02-03", reject.clone());
    assert_eq!(
        faults,
        ["referral_already_decided"],
        "it would have been rejected before it was accepted"
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-01-31", reject),
        ["before_referral"]
    );
}

#[test]
fn triage_before_acceptance_and_twice() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-02-01", SUNDERLAND);
    let triage = Command::Triage {
        referral,
        outcome: code("treatment_needed"),
        substances: Vec::new(),
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-02", triage.clone()),
        ["referral_not_accepted"]
    );
    story.accept("2026-02-03", referral);
    story.staff("2026-02-04", triage.clone());
    assert!(
        story
            .refused(SUNDERLAND, "2026-02-05", triage)
            .contains(&"referral_already_decided")
    );
    assert_eq!(story.state().episodes.len(), 1);
}

#[test]
fn a_second_plan_while_one_is_open() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let plan = |on: &str| Command::PlanRelease {
        prison: throughcare_domain::code::PrisonCode::parse("MDI").unwrap(),
        planned_on: day(on),
        area: None,
        no_fixed_abode: false,
    };
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-01", plan("2026-01-31")),
        ["before_plan"]
    );
    story.staff("2026-02-01", plan("2026-03-01"));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-02-02", plan("2026-03-02")),
        ["release_already_planned"]
    );
    let plan = story.state().plans[0].id;
    story.staff(
        "2026-02-03",
        Command::ReplanRelease {
            plan,
            planned_on: day("2026-03-05"),
        },
    );
    story.moves("2026-03-05", release("CR", "MDI"));
    assert_eq!(story.releases()[0].planned_for, Some(day("2026-03-05")));
    assert_eq!(
        story.refused(PRISON_CARE, "2026-03-06", Command::CancelReleasePlan { plan }),
        ["release_plan_closed"]
    );
}

/// Late entries are normal: a stay that nobody recorded fits between two known ones when it is told whole, though
/// neither its reception nor its release fits alone. One that overlaps a known stay is still refused.
#[test]
fn a_missed_stay_is_entered_whole() {
    let mut story = Story::of_an_adult();
    story
        .moves("2025-02-01", reception("MDI"))
        .moves("2025-03-01", release("CR", "MDI"));
    story
        .moves("2025-09-01", reception("LEI"))
        .moves("2025-10-01", release("CR", "LEI"));
    let reception_alone = Command::RecordMovement(reception("DNI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2025-05-01", reception_alone),
        ["overlapping_prison_spell"]
    );
    let release_alone = Command::RecordMovement(release("CR", "DNI"));
    assert_eq!(
        story.refused(PRISON_CARE, "2025-06-01", release_alone),
        ["release_without_reception"]
    );
    let between = [
        ("2025-05-01", reception("DNI")),
        ("2025-06-01", release("CR", "DNI")),
    ];
    assert_eq!(story.whole_stay(between).expect("fits").drafts.len(), 2);
    let across = [
        ("2025-08-01", reception("DNI")),
        ("2025-09-15", release("CR", "DNI")),
    ];
    assert!(
        story.whole_stay(across).is_err(),
        "overlaps the stay from 1 September"
    );
}
