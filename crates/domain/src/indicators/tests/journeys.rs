//! Journeys: in treatment, new presentations, what ends one.

use super::*;

#[test]
fn somebody_is_in_treatment_from_the_first_structured_start_to_the_exit() {
    let one = [treated("2026-02-10", "2026-05-20", "80")];
    let on = |from: &str, to: &str| counts("in_treatment", &one, &asked(from, to, "2026-12-31")).0;
    assert_eq!(on("2026-01-01", "2026-02-09"), 0);
    assert_eq!(on("2026-01-01", "2026-02-10"), 1);
    assert_eq!(on("2026-05-20", "2026-06-30"), 1, "the day of the exit included");
    assert_eq!(on("2026-05-21", "2026-06-30"), 0);
    // As it was true in April, nobody had left.
    assert_eq!(
        counts(
            "in_treatment",
            &one,
            &asked("2026-05-21", "2026-06-30", "2026-04-01")
        )
        .0,
        1
    );
}

#[test]
fn e1_a_gap_of_21_days_is_one_journey_and_one_of_22_two() {
    let after = |on: &str| [begun(treated("2025-10-01", "2026-01-01", "85"), 2, on)];
    let new = |on: &str| {
        counts(
            "new_presentations",
            &after(on),
            &asked("2026-01-01", "2026-03-31", "2026-12-31"),
        )
        .0
    };
    assert_eq!(new("2026-01-22"), 0);
    assert_eq!(new("2026-01-23"), 1);
    // Two journeys in one year are one person in treatment.
    assert_eq!(
        counts(
            "in_treatment",
            &after("2026-01-23"),
            &asked("2025-10-01", "2026-12-31", "2026-12-31")
        )
        .0,
        1
    );
}

#[test]
fn e2_to_e4_what_ends_a_journey() {
    let both = |first: &str, second: Option<&str>| {
        let story = begun(begun(Story::new(), 1, "2026-01-05"), 2, "2026-01-05");
        let story = left(story, 1, "2026-02-10", first);
        [match second {
            Some(reason) => left(story, 2, "2026-02-10", reason),
            None => story,
        }]
    };
    let year = asked("2026-01-01", "2026-12-31", "2026-12-31");
    assert_eq!(
        counts("successful_completions", &both("80", None), &year),
        (0, 1, 0),
        "E2: the journey is open"
    );
    assert_eq!(
        counts("successful_completions", &both("80", Some("85")), &year),
        (0, 1, 0),
        "E3: inconsistent"
    );
    assert_eq!(
        counts("contradicting_ends", &both("80", Some("85")), &year).0,
        1,
        "E3: and listed"
    );
    assert_eq!(
        counts("unplanned_exits", &both("80", Some("85")), &year),
        (0, 0, 0),
        "E3: in no outcome"
    );
    assert_eq!(
        counts("successful_completions", &both("80", Some("82")), &year),
        (1, 1, 0),
        "E4"
    );
    assert_eq!(counts("contradicting_ends", &both("80", Some("82")), &year).0, 0);
}

#[test]
fn e5_effective_is_84_days_or_completed() {
    let year = asked("2026-01-01", "2026-12-31", "2026-12-31");
    let effective =
        |to: &str, reason: &str| counts("effective_treatment", &[treated("2026-01-01", to, reason)], &year);
    assert_eq!(effective("2026-03-26", "85"), (1, 1, 0), "84 days");
    assert_eq!(effective("2026-03-25", "85"), (0, 1, 0), "83 days");
    assert_eq!(effective("2026-01-31", "80"), (1, 1, 0), "completed after 30");
    let open = [begun(Story::new(), 1, "2026-01-01")];
    assert_eq!(
        counts(
            "effective_treatment",
            &open,
            &asked("2026-01-01", "2026-03-31", "2026-03-25")
        ),
        (0, 1, 1)
    );
    assert_eq!(
        counts(
            "effective_treatment",
            &open,
            &asked("2026-01-01", "2026-03-31", "2026-03-26")
        ),
        (1, 1, 0)
    );
}

#[test]
fn e6_a_re_presentation_is_before_six_calendar_months() {
    let back = |on: &str| [begun(treated("2025-05-01", "2025-08-31", "80"), 2, on)];
    let asked = asked("2025-06-01", "2025-11-30", "2026-05-31");
    assert_eq!(counts("representations", &back("2026-02-27"), &asked), (1, 1, 0));
    assert_eq!(counts("representations", &back("2026-02-28"), &asked), (0, 1, 0));
    // It trails: until the six months are over, nobody knows.
    let alone = [treated("2025-05-01", "2025-08-31", "80")];
    let as_of = |day: &str| {
        counts(
            "representations",
            &alone,
            &super::tests::asked("2025-06-01", "2025-11-30", day),
        )
    };
    assert_eq!(as_of("2026-02-26"), (0, 1, 1));
    assert_eq!(as_of("2026-02-27"), (0, 1, 0));
}

#[test]
fn e7_a_transfer_is_lost_after_21_days_without_an_episode() {
    let alone = [treated("2026-01-05", "2026-02-01", "83")];
    let as_of = |day: &str| counts("lost_transfers", &alone, &asked("2026-01-01", "2026-03-31", day));
    assert_eq!(as_of("2026-02-22"), (0, 1, 1));
    assert_eq!(as_of("2026-02-23"), (1, 1, 0));
    let picked_up = [begun(treated("2026-01-05", "2026-02-01", "83"), 2, "2026-02-22")];
    let year = asked("2026-01-01", "2026-03-31", "2026-12-31");
    assert_eq!(counts("lost_transfers", &picked_up, &year), (0, 0, 0));
    assert_eq!(
        counts("unplanned_exits", &alone, &year),
        (1, 1, 0),
        "a lost transfer is an unplanned end"
    );
    assert_eq!(counts("early_unplanned_exits", &alone, &year), (1, 1, 0));
    let died = [treated("2026-01-05", "2026-02-01", "89")];
    assert_eq!(counts("unplanned_exits", &died, &year), (0, 1, 0));
}

#[test]
fn leaving_early_counts_for_twelve_weeks() {
    let asked = asked("2026-01-01", "2026-01-31", "2026-12-31");
    let early = |to: &str, reason| {
        counts(
            "early_unplanned_exits",
            &[treated("2026-01-01", to, reason)],
            &asked,
        )
    };
    assert_eq!(early("2026-03-25", "85"), (1, 1, 0));
    assert_eq!(early("2026-03-26", "85"), (0, 1, 0));
    assert_eq!(early("2026-01-20", "80"), (0, 1, 0));
}
