//! Continuity of care.

use super::*;
use crate::fact::ReleaseEffect;

#[test]
fn c1_and_c7_the_unit_is_the_release() {
    let story = Story::new()
        .on("2026-01-02", received("MDI"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-22", referral(1, "northshire-community"))
        .on("2026-03-22", accepted(1))
        .on("2026-03-22", triaged(1, "treatment_needed"))
        .on("2026-03-22", opened(1, "northshire-community"))
        .on("2026-03-22", started(1, 1, "94"));
    let local = |as_of: &str| {
        counts(
            "continuity_local",
            std::slice::from_ref(&story),
            &asked("2026-03-01", "2026-03-31", as_of),
        )
    };
    assert_eq!(local("2026-03-21"), (0, 1, 1), "day 20: one day is left");
    assert_eq!(local("2026-03-22"), (1, 1, 0), "picked up on day 21");
}

/// `cases.md` C7: the unit is the release; what happens from the next one on belongs to that one.
#[test]
fn a_death_after_the_next_release_does_not_take_the_one_before_out_of_the_local_figure() {
    let story = Story::new()
        .on("2026-01-02", received("MDI"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-02", referral(1, "northshire-community"))
        .on("2026-03-03", triaged(1, "treatment_needed"))
        .on("2026-03-03", opened(1, "northshire-community"))
        .on("2026-03-05", received("MDI"))
        .on(
            "2026-03-10",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-15", reported_dead(1));
    let asked = asked("2026-03-01", "2026-03-09", "2026-12-31");
    assert_eq!(counts("continuity_local", &[story], &asked), (0, 1, 0));
}
