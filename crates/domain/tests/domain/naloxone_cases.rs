//! Naloxone: cases N1 to N3.

use crate::story::{
    PRISON_CARE, RECALL, RECALLED, SUNDERLAND, Story, code, day, directory, kit, reception, release, service,
};
use throughcare_domain::code::PrisonCode;
use throughcare_domain::command::Command;
use throughcare_domain::fact::UsedOn;
use throughcare_domain::id::{KitId, RecallId};
use throughcare_domain::view::duties::{Deadlines, Duty, DutyKind, duties};

fn issue(batches: &[&str]) -> Command {
    Command::IssueKits {
        service: service(SUNDERLAND),
        kits: batches.iter().map(|batch| kit(batch)).collect(),
        replaces: None,
    }
}

fn used(kit: KitId, used_on: UsedOn) -> Command {
    Command::UseKit {
        kit,
        doses: Some(1),
        used_on,
        outcome: code("survived"),
        place: None,
    }
}

fn held_on(story: &Story, on: &str) -> usize {
    story
        .state()
        .kits
        .iter()
        .filter(|kit| kit.held_on(day(on)))
        .count()
}

#[test]
fn n1_two_batches_in_one_act_are_two_kits_each_traceable() {
    let mut story = Story::of_an_adult();
    let decision = story.staff_of(SUNDERLAND, "2026-03-01", issue(&["LOT-A1", "LOT-B2"]));
    assert_eq!(decision.created.len(), 2);

    let state = story.state();
    assert_eq!(state.kits.len(), 2);
    assert_ne!(state.kits[0].id, state.kits[1].id);
    let holds = |batch: &str| {
        state
            .kits
            .iter()
            .filter(|kit| kit.pack.batch == code(batch))
            .count()
    };
    assert_eq!((holds("LOT-A1"), holds("LOT-B2"), holds("LOT-C3")), (1, 1, 0));
}

#[test]
fn n2_used_on_somebody_unknown_the_holder_has_one_fewer_and_a_replacement_is_due() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&["LOT-A1", "LOT-A1"]));
    let kits = story.kits();
    assert_eq!(held_on(&story, "2026-03-02"), 2);

    let decision = story.staff_of(SUNDERLAND, "2026-03-05", used(kits[0], UsedOn::SomebodyElse));
    assert_eq!(decision.drafts.len(), 1, "the unknown person gets no record");
    assert_eq!(held_on(&story, "2026-03-05"), 1);
    let due: Vec<_> = story
        .state()
        .kits
        .iter()
        .filter(|kit| kit.needs_replacing_on(day("2026-03-05")))
        .map(|kit| kit.id)
        .collect();
    assert_eq!(due, [kits[0]]);
}

fn property_story() -> Story {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let prison = PrisonCode::parse("MDI").unwrap();
    let kits = vec![kit("LOT-A1")];
    let command = Command::PlaceKitsInProperty {
        service: service(PRISON_CARE),
        prison: prison.clone(),
        kits,
    };
    story.staff(
        "2026-02-20",
        Command::PlanRelease {
            prison,
            planned_on: day("2026-03-01"),
            area: None,
            no_fixed_abode: false,
        },
    );
    story.staff("2026-02-20", command);
    story
}

#[test]
fn n3_a_kit_in_property_is_supplied_on_the_day_of_release() {
    let mut story = property_story();
    assert_eq!(story.state().kits[0].supplied, None);
    story.moves("2026-03-01", release("CR", "MDI"));

    let kit = story.state().kits[0].clone();
    assert_eq!(kit.supplied.map(|at| at.date()), Some(day("2026-03-01")));
    assert_eq!(
        (held_on(&story, "2026-02-28"), held_on(&story, "2026-03-01")),
        (0, 1)
    );
    assert_eq!(story.releases()[0].naloxone_on, Some(day("2026-03-01")));
}

#[test]
fn n3_a_kit_placed_on_the_very_day_is_supplied_with_it() {
    let mut story = property_story();
    story.staff(
        "2026-03-01",
        Command::PlaceKitsInProperty {
            service: service(PRISON_CARE),
            prison: PrisonCode::parse("MDI").unwrap(),
            kits: vec![kit("LOT-B2")],
        },
    );
    story.moves("2026-03-01", release("CR", "MDI"));
    assert_eq!(held_on(&story, "2026-03-01"), 2);
}

#[test]
fn n3_if_the_release_is_cancelled_it_was_never_supplied() {
    let mut story = property_story();
    let plan = story.state().plans[0].id;
    story.staff("2026-02-27", Command::CancelReleasePlan { plan });

    assert_eq!(story.state().kits[0].supplied, None);
    assert_eq!(held_on(&story, "2026-03-01"), 0);
    // So nobody can have used it.
    let kit = story.kits()[0];
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-02", used(kit, UsedOn::Holder)),
        ["kit_not_yet_supplied"]
    );
}

#[test]
fn n3_death_in_prison_supplies_nothing() {
    let mut story = property_story();
    story.moves("2026-03-01", release("DEC", "MDI"));
    assert_eq!(story.state().kits[0].supplied, None);
}

#[test]
fn a_kit_taken_away_is_given_back_or_replaced() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&["LOT-A1"]));
    let kit = story.kits()[0];
    let by = code("police");
    story.staff_of(SUNDERLAND, "2026-03-05", Command::ConfiscateKit { kit, by });
    let needed = |story: &Story, on: &str| {
        let needs = story
            .state()
            .kits
            .iter()
            .filter(|kit| kit.needs_replacing_on(day(on)))
            .count();
        (held_on(story, on), needs)
    };
    assert_eq!(needed(&story, "2026-03-04"), (1, 0));
    assert_eq!(needed(&story, "2026-03-05"), (0, 1));
    let again = Command::LoseKit {
        kit,
        reason: code("lost"),
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-06", again),
        ["kit_already_gone"]
    );

    story.staff_of(SUNDERLAND, "2026-03-08", Command::ReturnKit(kit));
    assert_eq!(needed(&story, "2026-03-07"), (0, 1));
    assert_eq!(needed(&story, "2026-03-08"), (1, 0));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-09", Command::ReturnKit(kit)),
        ["kit_not_gone"]
    );
}

#[test]
fn a_lost_kit_is_on_the_list_until_another_is_issued() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&["LOT-A1"]));
    let kit = story.kits()[0];
    let reason = code("stolen");
    story.staff_of(SUNDERLAND, "2026-03-05", Command::LoseKit { kit, reason });
    let listed = |story: &Story, on: &str| {
        let lines = throughcare_domain::rows::rows(&story.state(), crate::story::directory());
        let kind = throughcare_domain::rows::RowKind::NaloxoneToReplace;
        lines
            .iter()
            .any(|line| line.kind == kind && line.is_on_list(day(on)))
    };
    assert!(!listed(&story, "2026-03-04"));
    assert!(listed(&story, "2026-03-05"));
    story.staff_of(SUNDERLAND, "2026-03-07", issue(&["LOT-B2"]));
    assert!(listed(&story, "2026-03-06"));
    assert!(!listed(&story, "2026-03-07"));
}

#[test]
fn offered_and_declined_is_another_fact_than_not_offered() {
    let mut story = Story::of_an_adult();
    let offer = |declined: Option<&str>| Command::OfferNaloxone {
        service: service(SUNDERLAND),
        declined: declined.map(code),
    };
    story.staff_of(SUNDERLAND, "2026-03-01", offer(Some("not_now")));
    story.staff_of(SUNDERLAND, "2026-03-05", offer(None));
    let state = story.state();
    let declined: Vec<_> = state
        .offers
        .iter()
        .map(|offer| offer.declined.is_some())
        .collect();
    assert_eq!(declined, [true, false]);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-06", offer(Some("nonsense"))),
        ["unknown_code"]
    );
    assert_eq!(
        story.refused(PRISON_CARE, "2026-03-06", offer(None)),
        ["not_your_service"]
    );
}

#[test]
fn training_that_would_have_run_out_is_refused() {
    let mut story = Story::of_an_adult();
    let training = |last: &str| Command::GiveTraining {
        service: service(SUNDERLAND),
        expires_on: Some(day(last)),
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-01", training("2026-02-28")),
        ["out_of_range"]
    );
    story.staff_of(SUNDERLAND, "2026-03-01", training("2028-02-28"));
    assert_eq!(story.state().trainings[0].expires_on, Some(day("2028-02-28")));
}

fn told(kit: KitId, recall: RecallId, how: &str) -> Command {
    Command::TellOfRecall {
        kit,
        recall,
        how: code(how),
    }
}

/// What is to be told about recalls on a day.
fn to_tell(story: &Story, on: &str) -> Vec<Duty> {
    let mut open = duties(&story.history, directory(), day(on), &Deadlines::default());
    open.retain(|duty| duty.kind == DutyKind::TellOfRecall);
    open
}

#[test]
fn n1_whoever_holds_a_kit_of_a_called_back_batch_is_to_be_told_until_they_were() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&["LOT-A1", RECALLED]));
    let kits = story.kits();
    assert_eq!(to_tell(&story, "2026-03-31"), [], "before the recall");
    let open = to_tell(&story, "2026-04-05");
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].about, open[0].due_on, open[0].overdue),
        (kits[1].0, day("2026-04-04"), true)
    );
    assert_eq!(open[0].service, Some(service(SUNDERLAND)));

    story.staff_of(SUNDERLAND, "2026-04-02", told(kits[1], RECALL, "not_reached"));
    assert_eq!(to_tell(&story, "2026-04-05").len(), 1, "nobody was reached");
    story.staff_of(SUNDERLAND, "2026-04-03", told(kits[1], RECALL, "telephone"));
    assert_eq!(to_tell(&story, "2026-04-05"), []);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-04", told(kits[1], RECALL, "telephone")),
        ["already_told"]
    );
}

#[test]
fn nobody_is_told_of_a_kit_that_they_have_no_more() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&[RECALLED]));
    let kit = story.kits()[0];
    story.staff_of(SUNDERLAND, "2026-04-02", used(kit, UsedOn::Holder));
    assert_eq!(to_tell(&story, "2026-04-03"), []);
}

#[test]
fn a_notice_of_another_batch_or_of_no_recall_is_refused_and_a_machines_is_kept() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&["LOT-A1"]));
    let kit = story.kits()[0];
    let nothing = RecallId(uuid::Uuid::from_u128(5));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-02", told(kit, RECALL, "telephone")),
        ["another_batch"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-02", told(kit, nothing, "telephone")),
        ["unknown_recall"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-02", told(kit, RECALL, "by_pigeon")),
        ["unknown_code", "another_batch"]
    );
    let occurred = throughcare_domain::when::Occurred::On(day("2026-04-02"));
    assert_eq!(
        story.machine(occurred, told(kit, nothing, "telephone")),
        ["unknown_recall"]
    );
}

/// N4: what was entered in error counts as never told.
#[test]
fn a_notice_entered_in_error_is_to_be_given_again() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", issue(&[RECALLED]));
    let kit = story.kits()[0];
    let notice = story
        .staff_of(SUNDERLAND, "2026-04-02", told(kit, RECALL, "telephone"))
        .drafts[0]
        .id;
    let void = Command::VoidEvents {
        events: vec![notice],
        reason: code("entered_in_error"),
        replaced: throughcare_domain::fact::Replaced::No,
    };
    story.staff_of(SUNDERLAND, "2026-04-03", void);
    assert_eq!(to_tell(&story, "2026-04-05").len(), 1);
}
