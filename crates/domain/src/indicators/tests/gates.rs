//! Continuity at the other gates of custody.

use super::*;
use crate::fact::LiaisonContactRecorded;

fn met_at(place: &str, outcome: &str) -> Story {
    Story::new().on(
        "2026-03-01",
        LiaisonContactRecorded {
            organisation: organisation("county"),
            place: code(place),
            outcome: code(outcome),
        },
    )
}

fn march(as_of: &str) -> Question {
    asked("2026-03-01", "2026-03-31", as_of)
}

#[test]
fn who_was_referred_from_custody_is_picked_up_by_day_21() {
    let of = |id, people: &[Story], as_of: &str| counts(id, people, &march(as_of));
    let in_time = || begun(met_at("police_custody", "referred"), 1, "2026-03-22");
    let late = || begun(met_at("police_custody", "supported"), 1, "2026-03-23");
    let custody = "continuity_police_custody";
    assert_eq!(of(custody, &[in_time(), late()], "2026-12-31"), (1, 2, 0));
    assert_eq!(
        of(custody, &[in_time()], "2026-03-21"),
        (0, 1, 1),
        "a day is left"
    );
    assert_eq!(
        of(custody, &[met_at("police_custody", "screened")], "2026-12-31").1,
        0
    );
    assert_eq!(
        of("continuity_court", &[in_time()], "2026-12-31").1,
        0,
        "another gate"
    );
    let at_court = begun(met_at("court", "referred"), 1, "2026-03-05");
    assert_eq!(of("continuity_court", &[at_court], "2026-12-31"), (1, 1, 0));
    // Whoever is treated already has nothing to take up.
    let treated = begun(Story::new(), 1, "2026-01-05").on(
        "2026-03-01",
        LiaisonContactRecorded {
            organisation: organisation("county"),
            place: code("police_custody"),
            outcome: code("referred"),
        },
    );
    assert_eq!(of(custody, &[treated], "2026-12-31").1, 0);
}

#[test]
fn whose_treatment_the_prison_took_up_is_asked_of_those_in_treatment() {
    let inside = |on: &str| {
        let there = referral(2, "moorland-health");
        begun(Story::new(), 1, "2026-01-05")
            .on("2026-03-01", received("MDI"))
            .on(on, there)
            .on(on, accepted(2))
            .on(on, triaged(2, "treatment_needed"))
            .on(on, opened(2, "moorland-health"))
    };
    let untreated = Story::new().on("2026-03-01", received("MDI"));
    let people = [inside("2026-03-22"), inside("2026-03-23"), untreated];
    let of = |as_of: &str| counts("continuity_into_prison", &people, &march(as_of));
    assert_eq!(of("2026-12-31"), (1, 2, 0));
    assert_eq!(of("2026-03-10"), (0, 2, 2));
    // Those of whom nothing was taken up are the prison's service's, too.
    let mut own = march("2026-12-31");
    own.provider = Some(Provider::Service(service("moorland-health")));
    assert_eq!(counts("continuity_into_prison", &people, &own), (1, 2, 0));
    let into = Indicator::find("continuity_into_prison").unwrap();
    let out_of = Indicator::find("continuity_court").unwrap();
    let of_liaison = Provider::Organisation(organisation("county"));
    assert!(into.is_asked_of(own.provider.as_ref().unwrap()));
    assert!(!out_of.is_asked_of(own.provider.as_ref().unwrap()) && out_of.is_asked_of(&of_liaison));
    assert!(
        !Indicator::find("tests_positive")
            .unwrap()
            .is_asked_of(&of_liaison)
    );
}
