//! Time: cases T1 and T2.

use crate::story::{PRISON_CARE, SUNDERLAND, Story, at, day, reception, release};
use throughcare_domain::command::Command;
use throughcare_domain::continuity::{CareState, Reading, ReleaseFacts, summarise};
use throughcare_domain::when::AsOf;

/// Released on 3 January; on 31 March nobody knows that treatment started on 5 January.
fn recorded_late() -> (Story, u64) {
    let mut story = Story::of_an_adult();
    story.moves("2025-11-05", reception("MDI"));
    let prison = story.episode("2025-11-06", PRISON_CARE);
    story
        .exit("2026-01-03", prison, "83")
        .moves("2026-01-03", release("CR", "MDI"));
    let known_on_31_march = story.position();
    story.recorded_on("2026-04-09");
    let episode = story.episode("2026-01-05", SUNDERLAND);
    story.start("2026-01-05", episode);
    (story, known_on_31_march)
}

#[test]
fn t1_a_report_as_known_then_does_not_change_and_as_known_now_does() {
    let (story, then) = recorded_late();
    let report = |known_at: Option<u64>| {
        let state = story
            .history
            .state(Some(AsOf::EndOf(day("2026-03-31"))), known_at);
        let releases = ReleaseFacts::all(&state, crate::story::directory());
        let summary = summarise(&releases, day("2026-03-31"), &Reading::default());
        (summary.local.numerator, summary.local.denominator)
    };
    assert_eq!(report(Some(then)), (0, 1));
    assert_eq!(report(None), (1, 1));
    // The difference can be listed: what was true by then and recorded since.
    let difference = story
        .history
        .cut(Some(AsOf::EndOf(day("2026-03-31"))), None)
        .filter(|event| event.envelope.position > then)
        .count();
    assert_eq!(difference, 5, "referred, accepted, triaged, opened, started");
}

#[test]
fn t1_as_of_cuts_by_when_it_was_true() {
    let (story, _) = recorded_late();
    let state = story.history.state(Some(AsOf::EndOf(day("2026-01-02"))), None);
    assert!(state.custody.releases.is_empty());
    assert_eq!(story.releases().len(), 1);
}

#[test]
fn t2_the_clocks_go_forward_between_release_and_pick_up() {
    // Clocks go forward on 29 March 2026. Both moments are at night, an hour before midnight and after it.
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    story.machine(
        at("2026-03-20T23:30:00Z"),
        Command::RecordMovement(release("CR", "MDI")),
    );
    assert_eq!(story.releases()[0].released_on, day("2026-03-20"));
    let episode = story.episode("2026-04-10", SUNDERLAND);
    story.start("2026-04-10", episode);
    let care = story.care("2026-04-10");
    assert!(
        matches!(care.state, CareState::PickedUp { day: 21, .. }),
        "{:?}",
        care.state
    );
    assert_eq!(care.due_until, day("2026-04-10"));
}

#[test]
fn t2_an_hour_after_midnight_in_summer_belongs_to_the_new_day() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    story.machine(
        at("2026-06-30T23:30:00Z"),
        Command::RecordMovement(release("CR", "MDI")),
    );
    assert_eq!(story.releases()[0].released_on, day("2026-07-01"));
}
