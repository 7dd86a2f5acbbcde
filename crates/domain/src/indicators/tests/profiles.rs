//! Outcome profiles: due, done, and those that count for nothing.

use super::*;
use crate::fact::ProfileStage::{Exit, Review, Start};

fn year(as_of: &str) -> Question {
    asked("2026-01-01", "2026-12-31", as_of)
}

#[test]
fn a_start_profile_has_fourteen_days() {
    let done = begun(Story::new(), 1, "2026-03-01").on("2026-03-15", profile(1, Start));
    let late = begun(Story::new(), 1, "2026-03-01").on("2026-03-16", profile(1, Start));
    let none = begun(Story::new(), 1, "2026-03-01");
    let people = [done, late, none];
    let of = |as_of: &str| counts("start_profiles_done", &people, &year(as_of));
    assert_eq!(of("2026-12-31"), (1, 3, 0));
    assert_eq!(of("2026-03-15"), (1, 3, 2), "the last day is not over");
    assert_eq!(of("2026-03-16"), (1, 3, 0));
}

#[test]
fn a_review_is_due_when_a_half_year_ends() {
    let started = || begun(Story::new(), 1, "2026-01-01").on("2026-01-01", profile(1, Start));
    let reviewed = started().on("2026-06-01", profile(1, Review));
    let not = started();
    let gone = left(started(), 1, "2026-05-01", "85");
    let people = [reviewed, not, gone];
    // 1 January and 182 days.
    let day = |on: &str| counts("review_profiles_done", &people, &asked(on, on, "2026-12-31"));
    assert_eq!(day("2026-07-01").1, 0);
    assert_eq!(day("2026-07-02"), (1, 2, 0), "who left owes none");
    let without = |on: &str| counts("profiles_without_review", &people, &asked(on, on, on));
    assert_eq!(without("2026-07-01").1, 0);
    assert_eq!(without("2026-07-02"), (1, 2, 0));
}

#[test]
fn an_exit_profile_is_taken_around_the_exit() {
    let left_on = |on: &str| {
        left(
            begun(Story::new(), 1, "2026-01-01").on("2026-01-01", profile(1, Start)),
            1,
            on,
            "80",
        )
    };
    let people = [
        left_on("2026-06-01").on("2026-06-15", profile(1, Exit)),
        left_on("2026-06-01").on("2026-06-16", profile(1, Exit)),
    ];
    let of = |as_of: &str| counts("exit_profiles_done", &people, &year(as_of));
    assert_eq!(of("2026-12-31"), (1, 2, 0));
    assert_eq!(of("2026-06-10"), (0, 2, 2));
}

#[test]
fn a_review_without_a_start_is_an_exception() {
    let people = [begun(Story::new(), 1, "2026-01-01").on("2026-06-01", profile(1, Review))];
    assert_eq!(counts("profile_exceptions", &people, &year("2026-12-31")).0, 1);
    assert_eq!(counts("review_profiles_done", &people, &year("2026-12-31")).0, 0);
    let whole = [begun(Story::new(), 1, "2026-01-01")
        .on("2026-01-05", profile(1, Start))
        .on("2026-06-01", profile(1, Review))];
    assert_eq!(counts("profile_exceptions", &whole, &year("2026-12-31")).0, 0);
}
