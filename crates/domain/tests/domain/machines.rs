//! What machines send is never refused for the person's state or an unknown code: it is kept, flagged, and
//! becomes a work item.

use crate::story::{SUNDERLAND, Story, at, code, day, exit, movement, on, reception, release};
use throughcare_domain::command::{Command, Direction};
use throughcare_domain::continuity::{Answer, CareState};
use throughcare_domain::fact::{ExitOutcome, ExitProfile};
use throughcare_domain::state::Setting;

#[test]
fn overlapping_spells_are_kept_and_flagged() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let flags = story.machine(on("2026-02-01"), Command::RecordMovement(reception("LEI")));
    assert_eq!(flags, ["overlapping_prison_spell"]);

    let state = story.state();
    assert_eq!(state.conflicts.len(), 1);
    assert_eq!(
        state.custody.prison.map(|prison| prison.to_string()),
        Some("LEI".into()),
        "the later message is believed"
    );
    assert_eq!(state.custody.spells.len(), 1, "and still one stay");
}

#[test]
fn a_release_nobody_expected_is_shown_as_doubtful() {
    let mut story = Story::of_an_adult();
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-02-01", release("CR", "MDI"));
    let flags = story.machine(on("2026-03-01"), Command::RecordMovement(release("SC", "LEI")));
    assert_eq!(flags, ["release_without_reception"]);

    assert_eq!(story.releases().len(), 2);
    let care = story.care("2026-03-02");
    assert_eq!(care.state, CareState::Due { day: 1 });
    assert_eq!(care.local.in_denominator, Answer::Uncertain);
}

#[test]
fn a_release_for_a_reason_no_list_explains_may_be_one() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let flags = story.machine(on("2026-03-01"), Command::RecordMovement(release("ZZZ", "MDI")));
    assert!(flags.contains(&"release_not_understood"), "{flags:?}");

    let care = story.care("2026-03-02");
    assert_eq!(
        care.state,
        CareState::Due { day: 1 },
        "overlooking one costs more than looking twice"
    );
    assert_eq!(care.local.in_denominator, Answer::Uncertain);
    assert_eq!(
        story
            .refused(
                SUNDERLAND,
                "2026-03-02",
                Command::RecordMovement(release("ZZZ", "MDI"))
            )
            .first(),
        Some(&"unknown_code")
    );
}

#[test]
fn a_movement_no_list_explains_waits_for_a_person() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let odd = movement("XYZ", "Q", Direction::Out, "MDI");
    let flags = story.machine(on("2026-02-01"), Command::RecordMovement(odd));
    assert!(flags.contains(&"movement_not_understood"), "{flags:?}");
    assert_eq!(story.state().custody.unclassified.len(), 1);
    assert_eq!(story.state().custody.setting, Setting::Prison);
}

#[test]
fn messages_out_of_order_end_in_the_same_place() {
    // The release comes before the reception that it ends, and a transfer between them last of all.
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-03-10");
    story.machine(
        at("2026-03-05T10:00:00Z"),
        Command::RecordMovement(release("CR", "LEI")),
    );
    story.machine(
        at("2026-01-05T10:00:00Z"),
        Command::RecordMovement(reception("MDI")),
    );
    story.machine(
        at("2026-02-01T10:00:00Z"),
        Command::RecordMovement(crate::story::transfer("MDI", "LEI")),
    );

    let state = story.state();
    assert!(state.conflicts.is_empty(), "{:?}", state.conflicts);
    assert_eq!((state.custody.spells.len(), state.custody.releases.len()), (1, 1));
    assert_eq!(state.custody.spells[0].began.date(), day("2026-01-05"));
    assert!(!state.custody.releases[0].doubtful);
}

#[test]
fn an_exit_without_an_intervention_exit_ends_them_as_unplanned() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    story.start("2026-02-03", episode);
    let silent = Command::RecordExit {
        episode,
        reason: code("85"),
        intervention_exit: None,
        profile: None,
    };
    assert!(story.machine(on("2026-02-10"), silent).is_empty());
    let ended = story.state().episodes[0].interventions[0].ended.clone();
    assert_eq!(ended.map(|(_, exit)| exit), Some(code("B")));
}

#[test]
fn an_exit_reason_nobody_knows_is_kept_and_flagged() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    assert_eq!(
        story.machine(on("2026-02-10"), exit(episode, "77", None)),
        ["unknown_code", "exit_reason_not_understood"]
    );
    let ended = story.state().episodes[0].exit.clone().unwrap();
    assert_eq!((ended.reason, ended.outcome), (code("77"), ExitOutcome::Unknown));
}

#[test]
fn occasional_user_with_heroin_is_flagged_and_not_lost() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-02-01", SUNDERLAND);
    let profile = Some(ExitProfile {
        opiate_days: 3,
        crack_days: 0,
    });
    assert_eq!(
        story.machine(on("2026-02-10"), exit(episode, "82", profile)),
        ["occasional_user_with_heroin_or_crack"]
    );
    assert!(story.state().episodes[0].exit.is_some());
}
