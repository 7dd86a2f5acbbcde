//! Naloxone.

use super::*;
use crate::fact::{Fact, KitConfiscated, KitLost, KitReturned, ReleaseEffect};

#[test]
fn n2_and_n3_a_kit_counts_when_it_reached_the_person_and_when_it_was_used() {
    let out_of_prison = Story::new()
        .on("2026-01-02", received("MDI"))
        .on("2026-02-01", in_property(1, "2028-01-01"))
        .on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        );
    let in_the_community = Story::new()
        .on("2026-03-02", issued(1, "2028-01-01"))
        .on("2026-03-20", used(1));
    let people = [out_of_prison, in_the_community];
    let in_days = |id, from: &str, to: &str| counts(id, &people, &asked(from, to, "2026-12-31"));
    assert_eq!(
        in_days("naloxone_supplied", "2026-02-01", "2026-02-28").0,
        0,
        "N3: not while it lies in property"
    );
    assert_eq!(in_days("naloxone_supplied", "2026-03-01", "2026-03-31").0, 2);
    assert_eq!(
        in_days("naloxone_supplied_at_release", "2026-03-01", "2026-03-31"),
        (1, 2, 0)
    );
    assert_eq!(in_days("naloxone_used", "2026-03-01", "2026-03-19").0, 0);
    assert_eq!(in_days("naloxone_used", "2026-03-20", "2026-03-20").0, 1);
    assert_eq!(in_days("naloxone_uses_survived", "2026-03-01", "2026-03-31").1, 1);
    let cancelled = [Story::new()
        .on("2026-01-02", received("MDI"))
        .on("2026-02-01", in_property(1, "2028-01-01"))];
    assert_eq!(
        counts(
            "naloxone_supplied",
            &cancelled,
            &asked("2026-01-01", "2026-12-31", "2026-12-31")
        )
        .0,
        0
    );
}

#[test]
fn naloxone_at_release_is_asked_of_those_treated_for_opiates() {
    let leaving = |substance: &str, kit: bool| {
        let mut one = referral(1, "moorland-health");
        one.substances = vec![code(substance)];
        let mut found = triaged(1, "treatment_needed");
        found.substances.clear();
        let mut story = Story::new()
            .on("2026-01-02", received("MDI"))
            .on("2026-01-03", one)
            .on("2026-01-03", accepted(1))
            .on("2026-01-03", found)
            .on("2026-01-03", opened(1, "moorland-health"));
        if kit {
            story = story.on("2026-02-01", in_property(1, "2028-01-01"));
        }
        story.on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
    };
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    let of = |people: &[Story]| counts("naloxone_in_hand_at_release", people, &asked);
    assert_eq!(of(&[leaving("1011", true), leaving("1011", false)]), (1, 2, 0));
    assert_eq!(of(&[leaving("5000", true)]), (0, 0, 0));
}

#[test]
fn kits_are_held_until_used_lost_or_expired() {
    let used_up = Story::new()
        .on("2026-01-02", issued(1, "2028-01-01"))
        .on("2026-03-20", used(1));
    let kept = Story::new().on("2026-01-02", issued(1, "2026-04-30"));
    let people = [used_up, kept];
    let on = |day: &str| {
        let asked = asked("2026-03-01", day, "2027-12-31");
        (
            counts("naloxone_held", &people, &asked).0,
            counts("naloxone_expired", &people, &asked),
        )
    };
    assert_eq!(on("2026-03-19"), (2, (0, 2, 0)), "whenever they were supplied");
    assert_eq!(on("2026-03-20").0, 1);
    assert_eq!(on("2026-04-30"), (1, (0, 1, 0)), "the day of expiry is the last");
    assert_eq!(on("2026-05-01"), (0, (1, 1, 0)));
    let march = asked("2026-03-01", "2026-03-31", "2026-12-31");
    assert_eq!(counts("naloxone_used_replaced", &people, &march), (0, 1, 1));
    let replaced = [people[0].clone().on(
        "2026-03-25",
        crate::fact::KitIssued {
            replaces: Some(kit_id(1)),
            ..issued(2, "2029-01-01")
        },
    )];
    assert_eq!(counts("naloxone_used_replaced", &replaced, &march), (1, 1, 0));
}

/// Kits taken on arrest must be returned or replaced (`domain.md` section 4): until then nobody has them in hand.
#[test]
fn naloxone_that_was_lost_or_taken_away_before_release_is_not_in_hand() {
    let leaving = |gone: Option<Fact>, back: Option<&str>| {
        let mut story = begun(Story::new(), 1, "2025-11-03").on("2025-12-01", issued(1, "2028-01-01"));
        if let Some(gone) = gone {
            story = story.on("2026-01-02", gone);
        }
        story = story.on("2026-01-02", received("MDI"));
        if let Some(back) = back {
            story = story.on(back, KitReturned { kit: kit_id(1) });
        }
        story.on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some("A12B")),
        )
    };
    let taken = || {
        let (kit, by) = (kit_id(1), code("police"));
        Some(Fact::from(KitConfiscated { kit, by }))
    };
    let lost = || {
        let (kit, reason) = (kit_id(1), code("lost"));
        Some(Fact::from(KitLost { kit, reason }))
    };
    let asked = asked("2026-03-01", "2026-03-31", "2026-12-31");
    let of = |story: Story| counts("naloxone_in_hand_at_release", &[story], &asked);
    assert_eq!(of(leaving(None, None)), (1, 1, 0));
    assert_eq!(of(leaving(taken(), None)), (0, 1, 0));
    assert_eq!(of(leaving(lost(), None)), (0, 1, 0));
    assert_eq!(of(leaving(taken(), Some("2026-03-01"))), (1, 1, 0));
    assert_eq!(of(leaving(taken(), Some("2026-03-02"))), (0, 1, 0));
}
