//! Waiting: cases W1 to W3.

use crate::story::{SUNDERLAND, Story, code, day};
use throughcare_domain::command::Command;
use throughcare_domain::waiting::{
    TRIAGE_WITHIN_DAYS, TriageClock, WaitingBand, days_waited, on_waiting_list, triage_clock,
};

#[test]
fn w1_the_wait_ends_with_the_first_appointment_offered() {
    let waited = days_waited(day("2026-04-01"), day("2026-04-20"));
    assert_eq!(waited, Some(19));
    assert_eq!(waited.map(WaitingBand::of), Some(WaitingBand::UpToThreeWeeks));
    assert_eq!(
        days_waited(day("2026-04-20"), day("2026-04-01")),
        None,
        "shown as invalid, never counted"
    );
}

#[test]
fn w1_bands_end_with_day_21_and_day_42() {
    use WaitingBand::{OverSixWeeks, ThreeToSixWeeks, UpToThreeWeeks};
    let bands = [0, 21, 22, 42, 43].map(WaitingBand::of);
    assert_eq!(
        bands,
        [
            UpToThreeWeeks,
            UpToThreeWeeks,
            ThreeToSixWeeks,
            ThreeToSixWeeks,
            OverSixWeeks
        ]
    );
}

#[test]
fn w2_triage_on_day_42_is_within_six_weeks_and_on_day_43_not() {
    let clock = |triaged: &str| {
        let mut story = Story::of_an_adult();
        let referral = story.refer("2026-03-01", SUNDERLAND);
        story.accept("2026-03-02", referral).triage(triaged, referral);
        let state = story.state();
        let found = state.referral(referral).unwrap();
        let triaged = found.triaged.as_ref().map(|(at, _)| at.date());
        triage_clock(
            found.received.date(),
            triaged,
            day("2026-12-31"),
            TRIAGE_WITHIN_DAYS,
        )
    };
    assert_eq!(clock("2026-04-12"), TriageClock::InTime { days: 42 });
    assert_eq!(clock("2026-04-13"), TriageClock::Late { days: 43 });
}

#[test]
fn w2_the_clock_of_a_referral_nobody_triaged() {
    let clock =
        |as_of: &str, triaged| triage_clock(day("2026-03-01"), triaged, day(as_of), TRIAGE_WITHIN_DAYS);
    assert_eq!(clock("2026-04-12", None), TriageClock::Running { day: 42 });
    assert_eq!(clock("2026-04-13", None), TriageClock::Overdue { day: 43 });
    assert_eq!(
        clock("2026-03-05", Some(day("2026-03-06"))),
        TriageClock::Running { day: 4 }
    );
}

/// Referred 1 March, accepted 3 March, triaged 10 March, started 20 March.
fn waiting_story() -> Story {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-01", SUNDERLAND);
    let episode = story
        .accept("2026-03-03", referral)
        .triage("2026-03-10", referral);
    story.start("2026-03-20", episode);
    story
}

fn waits(story: &Story, on: &str, known_at: Option<u64>) -> bool {
    let state = story.history.state(None, known_at);
    state.referrals.iter().any(|referral| {
        let episode = state
            .episodes
            .iter()
            .find(|episode| episode.referral == Some(referral.id));
        on_waiting_list(referral, episode, day(on))
    })
}

#[test]
fn w3_on_the_list_from_acceptance_until_the_start() {
    let story = waiting_story();
    for (on, expected) in [
        ("2026-03-02", false),
        ("2026-03-03", true),
        ("2026-03-09", true),
        ("2026-03-10", true),
        ("2026-03-19", true),
        ("2026-03-20", false),
    ] {
        assert_eq!(waits(&story, on, None), expected, "on {on}");
    }
}

#[test]
fn w3_as_known_now_and_as_known_then() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-01", SUNDERLAND);
    let episode = story
        .accept("2026-03-03", referral)
        .triage("2026-03-10", referral);
    let known_then = story.position();
    story.recorded_on("2026-04-09").start("2026-03-12", episode);

    assert!(
        waits(&story, "2026-03-15", Some(known_then)),
        "the start was not known yet"
    );
    assert!(!waits(&story, "2026-03-15", None), "the start is known now");
}

#[test]
fn w3_nobody_waits_who_needs_nothing_left_or_was_taken_off() {
    let mut no_need = Story::of_an_adult();
    let referral = no_need.refer("2026-03-01", SUNDERLAND);
    no_need.accept("2026-03-03", referral);
    let outcome = code("no_treatment_needed");
    no_need.staff(
        "2026-03-10",
        Command::Triage {
            referral,
            outcome,
            substances: Vec::new(),
        },
    );
    assert!(waits(&no_need, "2026-03-09", None));
    assert!(!waits(&no_need, "2026-03-10", None));

    let mut left = Story::of_an_adult();
    let episode = left.episode("2026-03-03", SUNDERLAND);
    left.exit("2026-03-08", episode, "88");
    assert!(waits(&left, "2026-03-07", None));
    assert!(!waits(&left, "2026-03-08", None));

    let mut taken_off = Story::of_an_adult();
    let episode = taken_off.episode("2026-03-03", SUNDERLAND);
    taken_off.staff(
        "2026-03-04",
        Command::PlaceOnWaitingList {
            episode,
            intervention: code("94"),
        },
    );
    taken_off.staff(
        "2026-03-08",
        Command::TakeOffWaitingList {
            episode,
            reason: code("person_declined"),
        },
    );
    assert!(waits(&taken_off, "2026-03-07", None));
    assert!(!waits(&taken_off, "2026-03-08", None));

    let mut withdrawn = Story::of_an_adult();
    let referral = withdrawn.refer("2026-03-01", SUNDERLAND);
    withdrawn.accept("2026-03-03", referral);
    withdrawn.staff(
        "2026-03-05",
        Command::WithdrawReferral {
            referral,
            reason: code("moved_away"),
        },
    );
    assert!(waits(&withdrawn, "2026-03-04", None));
    assert!(!waits(&withdrawn, "2026-03-05", None));
}

#[test]
fn w3_somebody_in_treatment_can_wait_for_another_intervention() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-03-03", SUNDERLAND);
    story.start("2026-03-04", episode);
    story.staff(
        "2026-04-01",
        Command::PlaceOnWaitingList {
            episode,
            intervention: code("95"),
        },
    );
    assert!(!waits(&story, "2026-03-31", None));
    assert!(waits(&story, "2026-04-02", None));
    story.start("2026-04-10", episode);
    assert!(!waits(&story, "2026-04-10", None));
}
