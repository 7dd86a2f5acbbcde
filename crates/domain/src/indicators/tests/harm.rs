//! Overdoses and deaths.

use super::*;
use crate::fact::{DeathRejected, ReleaseEffect};

#[test]
fn d1_a_death_that_was_no_death_is_in_no_figure() {
    let known = begun(Story::new(), 1, "2026-01-05").on("2026-02-01", reported_dead(1));
    let unknown = Story::new().on("2026-02-10", reported_dead(1));
    let mistaken = Story::new().on("2026-02-11", reported_dead(1)).on(
        "2026-02-20",
        DeathRejected {
            death: death_id(1),
            reason: code("alive"),
        },
    );
    let people = [known, unknown, mistaken];
    let of = |id, as_of: &str| counts(id, &people, &asked("2026-02-01", "2026-02-28", as_of));
    assert_eq!(of("deaths", "2026-12-31").0, 2);
    assert_eq!(
        of("deaths", "2026-02-19").0,
        3,
        "as it stood before it turned out"
    );
    assert_eq!(of("deaths_not_known", "2026-12-31"), (1, 2, 0));
    assert_eq!(
        of("deaths_related", "2026-12-31"),
        (0, 2, 2),
        "nothing is concluded"
    );
    assert_eq!(of("deaths_after_release", "2026-12-31").0, 0);
}

#[test]
fn deaths_are_counted_after_release_and_after_treatment() {
    let released_before = Story::new()
        .on("2026-01-02", received("MDI"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
        .on("2026-03-29", reported_dead(1));
    let left = treated("2026-01-05", "2026-02-01", "85").on("2026-03-30", reported_dead(1));
    let people = [released_before, left];
    let of = |id| counts(id, &people, &asked("2026-03-01", "2026-03-31", "2026-12-31")).0;
    assert_eq!(of("deaths_after_release"), 1, "day 28");
    assert_eq!(of("deaths_after_treatment"), 1);
    let overdosed = [begun(Story::new(), 1, "2026-01-05").on("2026-03-02", overdosed(1))];
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    assert_eq!(counts("overdoses", &overdosed, &asked).0, 1);
    assert_eq!(counts("overdoses_known", &overdosed, &asked), (1, 1, 0));
    let mut own = asked;
    own.provider = Some(Provider::Service(service("northshire-community")));
    assert_eq!(
        counts("overdoses", &overdosed, &own).0,
        1,
        "its service learns of its own people"
    );
}
