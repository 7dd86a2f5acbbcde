//! Episodes, journeys and exits: cases E1 to E8.

use crate::story::{PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, day, exit};
use throughcare_domain::fact::{ExitOutcome, ExitProfile};
use throughcare_domain::journey::{
    Effective, JourneyReason, TransferState, is_representation, journeys, representation_to,
};

/// An episode of one service, opened and ended on these days.
fn episode(story: &mut Story, with: &str, opened: &str, ended: Option<(&str, &str)>) {
    let episode = story.episode(opened, with);
    if let Some((on, reason)) = ended {
        story.exit(on, episode, reason);
    }
}

fn how_many_journeys(second_triage: &str) -> usize {
    let mut story = Story::of_an_adult();
    episode(&mut story, SUNDERLAND, "2025-06-01", Some(("2026-01-01", "85")));
    episode(&mut story, SOUTH_TYNESIDE, second_triage, None);
    journeys(&story.state().episodes).len()
}

#[test]
fn e1_a_gap_of_21_days_is_one_journey_and_of_22_two() {
    assert_eq!(how_many_journeys("2026-01-22"), 1);
    assert_eq!(how_many_journeys("2026-01-23"), 2);
}

#[test]
fn e1_the_longest_episode_carries_the_journey_not_the_last_opened() {
    let mut story = Story::of_an_adult();
    let long = story.episode("2026-01-01", SUNDERLAND);
    episode(
        &mut story,
        SOUTH_TYNESIDE,
        "2026-01-10",
        Some(("2026-01-20", "85")),
    );
    story.exit("2026-04-01", long, "80");
    episode(&mut story, SOUTH_TYNESIDE, "2026-04-20", None);
    assert_eq!(journeys(&story.state().episodes).len(), 1);
}

#[test]
fn e2_a_completed_episode_beside_an_open_one_is_no_completion() {
    let mut story = Story::of_an_adult();
    episode(&mut story, SUNDERLAND, "2026-01-01", Some(("2026-02-10", "80")));
    episode(&mut story, SOUTH_TYNESIDE, "2026-02-01", None);
    let state = story.state();
    let journey = &journeys(&state.episodes)[0];
    assert_eq!(journey.reason(), JourneyReason::Open);
    assert_eq!(journey.completed_on(), None);
}

fn ended_together(first: &str, second: &str) -> (String, bool) {
    let mut story = Story::of_an_adult();
    episode(&mut story, SUNDERLAND, "2026-01-01", Some(("2026-02-10", first)));
    episode(
        &mut story,
        SOUTH_TYNESIDE,
        "2026-01-05",
        Some(("2026-02-10", second)),
    );
    let state = story.state();
    let journey = &journeys(&state.episodes)[0];
    (
        journey.reason().code().unwrap().to_owned(),
        journey.completed_on().is_some(),
    )
}

#[test]
fn e3_80_and_85_on_the_last_day_are_inconsistent_and_no_success() {
    assert_eq!(ended_together("80", "85"), ("999".to_owned(), false));
}

#[test]
fn e4_80_and_82_on_the_last_day_are_82_and_a_success() {
    assert_eq!(ended_together("80", "82"), ("82".to_owned(), true));
    assert_eq!(
        ended_together("82", "80"),
        ("82".to_owned(), true),
        "whichever was told first"
    );
}

#[test]
fn e4_71_and_88_on_the_last_day_are_88() {
    assert_eq!(ended_together("71", "88"), ("88".to_owned(), false));
}

#[test]
fn e4_the_last_end_decides_when_the_days_differ() {
    let mut story = Story::of_an_adult();
    episode(&mut story, SUNDERLAND, "2026-01-01", Some(("2026-02-10", "80")));
    episode(
        &mut story,
        SOUTH_TYNESIDE,
        "2026-01-05",
        Some(("2026-02-11", "85")),
    );
    let state = story.state();
    let reason = journeys(&state.episodes)[0].reason();
    assert!(
        matches!(
            reason,
            JourneyReason::Ended {
                outcome: ExitOutcome::Unplanned,
                ..
            }
        ),
        "{reason:?}"
    );
}

fn effective(ended: &str, reason: &str) -> Effective {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-01", SUNDERLAND);
    story.start("2026-01-10", episode);
    story.exit(ended, episode, reason);
    journeys(&story.state().episodes)[0].effective(day("2026-12-31"))
}

#[test]
fn e5_twelve_weeks_from_the_first_structured_start_are_effective() {
    assert_eq!(effective("2026-04-04", "85"), Effective::Yes, "84 days");
    assert_eq!(effective("2026-04-03", "85"), Effective::No, "83 days");
    assert_eq!(
        effective("2026-02-09", "80"),
        Effective::Yes,
        "30 days, completed"
    );
    assert_eq!(
        effective("2026-02-09", "83"),
        Effective::No,
        "a transfer is no exception"
    );
}

#[test]
fn e5_as_of_a_day_in_treatment() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-01", SUNDERLAND);
    let untreated = story.clone();
    story.start("2026-01-10", episode);
    let state = story.state();
    let journey = &journeys(&state.episodes)[0];
    assert_eq!(
        journey.effective(day("2026-04-03")),
        Effective::NotYet { days: 83 }
    );
    assert_eq!(journey.effective(day("2026-04-04")), Effective::Yes);
    assert_eq!(journey.effective(day("2026-01-09")), Effective::NotTreated);
    assert_eq!(
        journeys(&untreated.state().episodes)[0].effective(day("2026-12-31")),
        Effective::NotTreated
    );
}

#[test]
fn e6_re_presentation_ends_with_the_last_day_of_a_short_month() {
    let represents = |triaged: &str| {
        let mut story = Story::of_an_adult();
        episode(&mut story, SUNDERLAND, "2025-06-01", Some(("2025-08-31", "80")));
        episode(&mut story, SOUTH_TYNESIDE, triaged, None);
        let state = story.state();
        let journeys = journeys(&state.episodes);
        representation_to(&journeys[0], &journeys[1..]).is_some()
    };
    assert!(represents("2026-02-27"));
    assert!(!represents("2026-02-28"));
}

#[test]
fn e6_only_a_completion_can_be_followed_by_a_re_presentation() {
    let mut story = Story::of_an_adult();
    episode(&mut story, SUNDERLAND, "2025-06-01", Some(("2025-08-31", "85")));
    episode(&mut story, SOUTH_TYNESIDE, "2025-12-01", None);
    let state = story.state();
    let journeys = journeys(&state.episodes);
    assert_eq!(journeys.len(), 2);
    assert!(representation_to(&journeys[0], &journeys[1..]).is_none());
}

#[test]
fn e6_in_a_leap_year_the_29th_is_the_limit() {
    assert!(is_representation(day("2023-08-31"), day("2024-02-28")));
    assert!(!is_representation(day("2023-08-31"), day("2024-02-29")));
    assert!(!is_representation(day("2023-08-31"), day("2023-08-30")));
}

#[test]
fn e7_a_transfer_that_nobody_took_up_is_lost_after_21_days() {
    let mut story = Story::of_an_adult();
    episode(&mut story, PRISON_CARE, "2026-01-01", Some(("2026-03-01", "83")));
    let transfer = |story: &Story, as_of| journeys(&story.state().episodes)[0].transfer(day(as_of));
    assert_eq!(
        transfer(&story, "2026-03-22"),
        TransferState::AwaitingPickUp { day: 21 }
    );
    assert_eq!(transfer(&story, "2026-03-23"), TransferState::Lost);

    let mut picked_up = story.clone();
    episode(&mut picked_up, SUNDERLAND, "2026-03-22", None);
    assert_eq!(transfer(&picked_up, "2026-04-30"), TransferState::NoTransfer);

    episode(&mut story, SUNDERLAND, "2026-03-23", None);
    assert_eq!(
        transfer(&story, "2026-04-30"),
        TransferState::Lost,
        "a day too late is another journey"
    );
}

#[test]
fn e8_occasional_user_with_heroin_or_crack_is_refused_with_the_reason() {
    for (opiate_days, crack_days) in [(1, 0), (0, 28)] {
        let mut story = Story::of_an_adult();
        let episode = story.episode("2026-01-01", SUNDERLAND);
        let profile = Some(ExitProfile {
            opiate_days,
            crack_days,
        });
        let faults = story.refused(SUNDERLAND, "2026-02-01", exit(episode, "82", profile));
        assert_eq!(faults, ["occasional_user_with_heroin_or_crack"]);
        // Another reason with the same profile, and the same reason with a clear one, are accepted.
        story.clone().staff("2026-02-01", exit(episode, "85", profile));
        let clear = Some(ExitProfile {
            opiate_days: 0,
            crack_days: 0,
        });
        story.staff("2026-02-01", exit(episode, "82", clear));
    }
}

#[test]
fn e8_an_old_form_of_82_is_the_same_reason() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-01", SUNDERLAND);
    let profile = Some(ExitProfile {
        opiate_days: 1,
        crack_days: 0,
    });
    let faults = story.refused(SUNDERLAND, "2026-02-01", exit(episode, "91", profile));
    assert_eq!(faults, ["occasional_user_with_heroin_or_crack"]);
}
