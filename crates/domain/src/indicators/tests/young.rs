//! Young people.

use super::*;
use crate::fact::{EpisodeOpened, PersonRegistered, ServiceKind};

fn born(on: &str) -> PersonRegistered {
    PersonRegistered {
        date_of_birth: Some(day(on)),
        sex: None,
        ethnicity: None,
    }
}

/// Born on 1 April 2008: of age on 1 April 2026.
fn young() -> Story {
    Story::new().on("2025-01-01", born("2008-04-01"))
}

fn in_young_peoples_care(story: Story, n: u128, on: &str) -> Story {
    let there = EpisodeOpened {
        kind: ServiceKind::YoungPeople,
        ..opened(n, "southshire-community")
    };
    story
        .on(on, referral(n, "southshire-community"))
        .on(on, accepted(n))
        .on(on, triaged(n, "treatment_needed"))
        .on(on, there)
        .on(on, started(n, n, "94"))
}

#[test]
fn young_people_are_those_under_18() {
    let people = [
        in_young_peoples_care(young(), 1, "2025-09-01"),
        begun(Story::new().on("2025-01-01", born("1990-04-01")), 1, "2025-09-01"),
        begun(Story::new(), 1, "2025-09-01"),
    ];
    let from = |day: &str| {
        counts(
            "young_people_in_treatment",
            &people,
            &asked(day, "2026-12-31", "2026-12-31"),
        )
        .0
    };
    assert_eq!(from("2026-03-31"), 1, "17 on the first day");
    assert_eq!(from("2026-04-01"), 0, "18 today");
}

#[test]
fn leaving_as_planned_is_asked_of_young_people_and_so_is_coming_back() {
    let completed = left(
        in_young_peoples_care(young(), 1, "2025-06-01"),
        1,
        "2025-10-01",
        "80",
    );
    let back = in_young_peoples_care(completed.clone(), 2, "2026-02-01");
    let dropped_out = left(
        in_young_peoples_care(young(), 1, "2025-06-01"),
        1,
        "2025-10-01",
        "85",
    );
    let people = [completed, back, dropped_out];
    let autumn = asked("2025-10-01", "2025-12-31", "2026-12-31");
    assert_eq!(counts("young_people_planned_exits", &people, &autumn), (2, 3, 0));
    assert_eq!(
        counts("young_people_representations", &people, &autumn),
        (1, 2, 0)
    );
}

#[test]
fn a_transition_is_without_loss_when_no_three_weeks_lie_between() {
    let there = || in_young_peoples_care(young(), 1, "2025-09-01");
    let taken_on = |on: &str| begun(left(there(), 1, "2026-04-10", "83"), 2, on);
    let spring = |as_of: &str| asked("2026-04-01", "2026-06-30", as_of);
    let of = |story: Story, as_of: &str| counts("young_people_transitions", &[story], &spring(as_of));
    assert_eq!(of(taken_on("2026-05-01"), "2026-12-31"), (1, 1, 0), "day 21");
    assert_eq!(
        of(taken_on("2026-05-02"), "2026-12-31"),
        (0, 1, 0),
        "day 22 is a loss"
    );
    assert_eq!(of(there(), "2026-12-31"), (0, 1, 1), "they go on with it");
    let done = left(there(), 1, "2026-04-10", "80");
    assert_eq!(of(done, "2026-12-31").1, 0, "done with treatment");
    let left_before = left(there(), 1, "2026-03-31", "85");
    assert_eq!(of(left_before, "2026-12-31").1, 0, "left as a young person");
}
