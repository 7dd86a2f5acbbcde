//! Continuity of care: cases C1 to C13.

use crate::story::{
    PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, at, day, movement, on, reception, release, transfer,
};
use throughcare_domain::command::{Command, Direction};
use throughcare_domain::continuity::{Answer, CareState, Reading, ReleaseFacts, summarise};
use throughcare_domain::state::Setting;
use throughcare_domain::when::AsOf;

fn picked_up(day: i32, service: &str) -> CareState {
    CareState::PickedUp {
        day,
        service: crate::story::service(service),
    }
}

#[test]
fn c1_a_structured_start_on_day_21_is_picked_up() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-22", SUNDERLAND);
    story.start("2026-03-22", episode);

    let care = story.care("2026-03-22");
    assert_eq!(care.state, picked_up(21, SUNDERLAND));
    assert_eq!(care.due_until, day("2026-03-22"));
    for figure in [&care.national, &care.local] {
        assert_eq!(
            (figure.in_denominator, figure.in_numerator),
            (Answer::Yes, Answer::Yes),
            "{figure:?}"
        );
    }
}

#[test]
fn c1_a_structured_start_on_day_22_is_late() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-23", SUNDERLAND);
    story.start("2026-03-23", episode);

    let care = story.care("2026-03-23");
    assert_eq!(
        care.state,
        CareState::Late {
            day: 22,
            service: crate::story::service(SUNDERLAND)
        }
    );
    for figure in [&care.national, &care.local] {
        assert_eq!(
            (figure.in_denominator, figure.in_numerator),
            (Answer::Yes, Answer::No),
            "{figure:?}"
        );
    }
}

#[test]
fn c2_a_transfer_is_no_release() {
    let mut story = Story::of_an_adult();
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-03-01", transfer("MDI", "LEI"))
        .moves("2026-03-05", release("CR", "LEI"));

    let releases = story.releases();
    assert_eq!(releases.len(), 1);
    assert_eq!(releases[0].released_on, day("2026-03-05"));
    assert_eq!(
        releases[0].prison.as_ref().map(ToString::to_string),
        Some("LEI".to_owned())
    );
    assert_eq!(story.care("2026-03-06").due_until, day("2026-03-26"));
}

#[test]
fn c3_death_in_prison_is_no_release() {
    let mut story = Story::of_an_adult();
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-03-01", release("DEC", "MDI"));

    assert_eq!(story.state().custody.setting, Setting::Deceased);
    assert_eq!(
        story.state().died.map(|died| died.date()),
        Some(day("2026-03-01"))
    );
    let care = story.care("2026-03-10");
    assert!(
        matches!(care.state, CareState::NoneDue { .. }),
        "{:?}",
        care.state
    );
    assert_eq!(
        (care.national.in_denominator, care.local.in_denominator),
        (Answer::No, Answer::No)
    );
}

#[test]
fn c3_absconding_is_no_release() {
    let mut story = Story::of_an_adult();
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-03-01", release("UAL", "MDI"));

    assert_eq!(story.state().custody.setting, Setting::UnlawfullyAtLarge);
    assert_eq!(story.state().died, None);
    let care = story.care("2026-03-10");
    assert!(
        matches!(care.state, CareState::NoneDue { .. }),
        "{:?}",
        care.state
    );
    assert_eq!(
        (care.national.in_denominator, care.local.in_denominator),
        (Answer::No, Answer::No)
    );
}

#[test]
fn c4_bailed_at_court_is_an_unplanned_release() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let episode = story.episode("2026-01-06", PRISON_CARE);
    story
        .moves("2026-03-01", movement("CRT", "CRT", Direction::Out, "MDI"))
        .moves("2026-03-01", release("BL", "MDI"));

    let facts = story.releases().pop().unwrap();
    assert!(facts.from_court);
    assert_eq!((facts.released_on, facts.planned_for), (day("2026-03-01"), None));
    let care = story.care("2026-03-02");
    assert_eq!(care.state, CareState::Due { day: 1 });
    assert_eq!(care.due_until, day("2026-03-22"));
    assert_eq!(
        care.national.in_denominator,
        Answer::Uncertain,
        "the prison episode has not been ended"
    );

    let mut transferred = story.clone();
    transferred.exit("2026-03-01", episode, "83");
    assert_eq!(
        transferred.care("2026-03-02").national.in_denominator,
        Answer::Yes
    );

    story.exit("2026-03-01", episode, "85");
    let care = story.care("2026-03-02");
    assert_eq!(
        care.national.in_denominator,
        Answer::No,
        "nationally only 83 counts"
    );
    assert_eq!(
        care.state,
        CareState::Due { day: 1 },
        "the window runs all the same"
    );
}

#[test]
fn c5_temporary_release_is_neither_release_nor_pick_up() {
    let mut story = Story::of_an_adult();
    let community = story.episode("2026-01-02", SUNDERLAND);
    story
        .moves("2026-01-05", reception("MDI"))
        .moves("2026-03-01", movement("TAP", "C3", Direction::Out, "MDI"))
        .contact("2026-03-01", community);

    assert_eq!(story.state().custody.setting, Setting::Prison);
    assert!(story.releases().is_empty());
    story.moves("2026-03-02", movement("TAP", "C3", Direction::In, "MDI"));
    assert_eq!(story.state().custody.spells.len(), 1);
    assert!(story.releases().is_empty());

    // The contact on licence does not count for the release that follows.
    story.moves("2026-03-20", release("CR", "MDI"));
    assert_eq!(story.care("2026-03-21").state, CareState::Due { day: 1 });
}

#[test]
fn c6_recalled_with_nothing_between_fails_nationally_and_is_left_out_locally() {
    let mut story = Story::released_on_1_march("83");
    story.moves("2026-03-08", movement("ADM", "L", Direction::In, "MDI"));

    let care = story.care("2026-04-01");
    assert_eq!(care.state, CareState::ReturnedToCustody { day: 7 });
    assert!(story.releases()[0].returned.unwrap().recall);
    assert_eq!(
        (care.national.in_denominator, care.national.in_numerator),
        (Answer::Yes, Answer::No)
    );
    assert_eq!(care.local.in_denominator, Answer::No);
    assert!(
        care.local.why.contains("Returned to custody"),
        "{}",
        care.local.why
    );
}

#[test]
fn c6_recalled_after_being_picked_up_counts_in_both() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-03", SUNDERLAND);
    story.start("2026-03-03", episode);
    story.moves("2026-03-08", movement("ADM", "L", Direction::In, "MDI"));

    let care = story.care("2026-04-01");
    assert_eq!(care.state, picked_up(2, SUNDERLAND));
    assert_eq!(
        (care.national.in_numerator, care.local.in_numerator),
        (Answer::Yes, Answer::Yes)
    );
}

#[test]
fn c6_triaged_before_the_recall_is_something_in_between() {
    let mut story = Story::released_on_1_march("83");
    story.episode("2026-03-03", SUNDERLAND);
    story.moves("2026-03-08", movement("ADM", "L", Direction::In, "MDI"));

    let local = story.care("2026-04-01").local;
    assert_eq!(
        (local.in_denominator, local.in_numerator),
        (Answer::Yes, Answer::No)
    );
}

#[test]
fn c7_the_unit_is_the_release() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-05", SUNDERLAND);
    story.start("2026-03-05", episode);
    story.exit("2026-05-01", episode, "85");
    story.moves("2026-06-01", reception("MDI"));
    let prison = story.episode("2026-06-02", PRISON_CARE);
    story.exit("2026-09-01", prison, "83");
    story.moves("2026-09-01", release("CR", "MDI"));

    let summary = summarise(&story.releases(), day("2026-12-31"), &Reading::default());
    for count in [&summary.national, &summary.local] {
        assert_eq!(
            (count.numerator, count.denominator, count.percentage),
            (1, 2, Some(50.0))
        );
    }
}

#[test]
fn c7_a_pick_up_after_the_next_release_does_not_count_for_this_one() {
    let mut story = Story::released_on_1_march("83");
    story
        .moves("2026-03-04", reception("MDI"))
        .moves("2026-03-06", release("BL", "MDI"));
    let episode = story.episode("2026-03-10", SUNDERLAND);
    story.start("2026-03-10", episode);

    let [first, second] = <[ReleaseFacts; 2]>::try_from(story.releases()).unwrap();
    let reading = Reading::default();
    let state = |facts| throughcare_domain::continuity::assess(facts, day("2026-04-30"), &reading).state;
    assert_eq!(state(&first), CareState::ReturnedToCustody { day: 3 });
    assert_eq!(state(&second), picked_up(4, SUNDERLAND));
}

#[test]
fn c7_received_released_and_picked_up_on_one_day_counts_once() {
    let mut story = Story::released_on_1_march("83");
    story
        .moves("2026-03-04", reception("MDI"))
        .moves("2026-03-04", release("BL", "MDI"));
    let episode = story.episode("2026-03-04", SUNDERLAND);
    story.start("2026-03-04", episode);

    let [first, second] = <[ReleaseFacts; 2]>::try_from(story.releases()).unwrap();
    assert_eq!(first.first_structured_start, None);
    assert!(second.first_structured_start.is_some());
}

#[test]
fn c8_treatment_completed_in_prison_leaves_no_need() {
    let care = Story::released_on_1_march("80").care("2026-03-02");
    assert!(
        matches!(care.state, CareState::NoneDue { .. }),
        "{:?}",
        care.state
    );
    assert_eq!(
        (care.national.in_denominator, care.local.in_denominator),
        (Answer::No, Answer::No)
    );
}

#[test]
fn c9_a_release_told_late_and_twice_is_one_release_known_late() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let episode = story.episode("2026-01-06", PRISON_CARE);
    story.exit("2026-03-01", episode, "83");
    let known_before = story.position();
    story.recorded_on("2026-03-04");
    let moment = at("2026-03-01T09:30:00Z");
    assert!(
        story
            .machine(moment, Command::RecordMovement(release("CR", "MDI")))
            .is_empty()
    );
    let told_twice = story.machine(moment, Command::RecordMovement(release("CR", "MDI")));

    assert_eq!(told_twice, ["already_recorded"]);
    assert_eq!(story.releases().len(), 1);
    let care = story.care("2026-03-05");
    assert_eq!(care.state, CareState::Due { day: 4 }, "dated when it happened");
    assert_eq!(care.known_late_days, Some(3));
    // What was shown on the days between: still in prison.
    let then = story
        .history
        .state(Some(AsOf::EndOf(day("2026-03-03"))), Some(known_before));
    assert_eq!(then.custody.setting, Setting::Prison);
    assert!(then.custody.releases.is_empty());
}

#[test]
fn c9_told_twice_by_date_alone_is_one_release_too() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    story.recorded_on("2026-03-04");
    for _ in 0..2 {
        story.machine(on("2026-03-01"), Command::RecordMovement(release("CR", "MDI")));
    }
    assert_eq!(story.releases().len(), 1);
    assert_eq!(story.releases()[0].known_late_days, 3);
}

#[test]
fn c10_triage_in_time_and_treatment_late_is_read_both_ways() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-21", SUNDERLAND);
    story.start("2026-03-25", episode);

    let care = story.care("2026-03-31");
    assert_eq!(
        care.state,
        CareState::Late {
            day: 24,
            service: crate::story::service(SUNDERLAND)
        }
    );
    assert_eq!(care.national.in_numerator, Answer::Yes);
    assert_eq!(
        (care.local.in_denominator, care.local.in_numerator),
        (Answer::Yes, Answer::No)
    );

    let by_start = Reading {
        national_counts_triage: false,
        ..Reading::default()
    };
    let facts = story.releases().pop().unwrap();
    let other = throughcare_domain::continuity::assess(&facts, day("2026-03-31"), &by_start);
    assert_eq!(
        other.national.in_numerator,
        Answer::No,
        "the reading is configuration"
    );
}

#[test]
fn c11_an_episode_open_through_remand_and_seen_again() {
    let mut story = Story::of_an_adult();
    let community = story.episode("2026-01-10", SUNDERLAND);
    story.start("2026-01-12", community);
    story.moves("2026-03-01", reception("MDI"));
    let prison = story.episode("2026-03-02", PRISON_CARE);
    story.exit("2026-03-11", prison, "83");
    story
        .moves("2026-03-11", release("BL", "MDI"))
        .contact("2026-03-13", community);

    let care = story.care("2026-03-20");
    assert_eq!(care.state, picked_up(2, SUNDERLAND));
    assert_eq!(
        (care.local.in_denominator, care.local.in_numerator),
        (Answer::Yes, Answer::Yes)
    );
    assert_eq!(
        (care.national.in_denominator, care.national.in_numerator),
        (Answer::Yes, Answer::Uncertain)
    );
    assert!(
        care.national.why.contains("already open"),
        "{}",
        care.national.why
    );

    let summary = summarise(&story.releases(), day("2026-04-30"), &Reading::default());
    assert_eq!(
        (
            summary.national.numerator,
            summary.national.denominator,
            summary.national.uncertain
        ),
        (0, 1, 1)
    );
}

#[test]
fn c11_an_episode_left_open_and_never_seen_again_is_no_pick_up() {
    let mut story = Story::of_an_adult();
    let community = story.episode("2026-01-10", SUNDERLAND);
    story.start("2026-01-12", community);
    story
        .moves("2026-03-01", reception("MDI"))
        .moves("2026-03-11", release("BL", "MDI"));

    assert_eq!(story.care("2026-03-20").state, CareState::Due { day: 9 });
    assert_eq!(story.care("2026-04-02").state, CareState::NotFound { days: 22 });
}

#[test]
fn c12_death_in_the_window_stays_in_nationally_and_is_left_out_locally() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-04", SUNDERLAND);
    story.exit("2026-03-09", episode, "89");

    let care = story.care("2026-04-01");
    assert_eq!(care.state, CareState::Died { day: 8 });
    assert_eq!(care.national.in_denominator, Answer::Yes);
    assert_eq!(care.local.in_denominator, Answer::No);
    assert!(care.local.why.contains("Died"), "{}", care.local.why);
    // Before the death, somebody had to act.
    assert_eq!(story.care("2026-03-08").state, CareState::Due { day: 7 });
}

#[test]
fn c12_treatment_dated_after_the_death_is_no_pick_up() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-04", SUNDERLAND);
    let other = story.episode("2026-03-04", SOUTH_TYNESIDE);
    story.exit("2026-03-09", episode, "89");
    let start = Command::StartIntervention {
        episode: other,
        code: crate::story::code("94"),
        setting: crate::story::code("community"),
        within_care_plan: false,
    };
    assert_eq!(story.machine(on("2026-03-12"), start), ["after_death"]);
    assert_eq!(story.care("2026-04-01").state, CareState::Died { day: 8 });
}

#[test]
fn c13_picked_up_in_another_area_counts_for_the_residence() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-05", SOUTH_TYNESIDE);
    story.start("2026-03-05", episode);

    let facts = story.releases().pop().unwrap();
    assert_eq!(
        facts.area.as_ref().map(ToString::to_string),
        Some(crate::story::SUNDERLAND_AREA.to_owned())
    );
    let care = story.care("2026-03-06");
    assert_eq!(care.state, picked_up(4, SOUTH_TYNESIDE));
    assert!(care.cross_area);
    assert_eq!(
        (care.national.in_numerator, care.local.in_numerator),
        (Answer::Yes, Answer::Yes)
    );

    let mut at_home = Story::released_on_1_march("83");
    let episode = at_home.episode("2026-03-05", SUNDERLAND);
    at_home.start("2026-03-05", episode);
    assert!(!at_home.care("2026-03-06").cross_area);
}
