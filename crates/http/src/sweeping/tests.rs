//! By a clock of the test's own.

use super::*;
use axum::response::IntoResponse as _;

fn user(name: &str) -> Whose {
    Whose::User {
        organisation: "northshire".to_owned(),
        user: name.to_owned(),
    }
}

fn take(lookups: &Lookups, who: Whose, at: Instant) -> Result<(), Problem> {
    lookups.take_at(Lookup::Search, who, "northshire".to_owned(), at)
}

/// How many are let in when asked for one after the other at one moment.
fn at_once(lookups: &Lookups, who: &Whose, at: Instant) -> usize {
    (0..1_000)
        .take_while(|_| take(lookups, who.clone(), at).is_ok())
        .count()
}

#[test]
fn given_a_user_when_they_sweep_then_429_says_when_to_go_on() {
    let (lookups, now) = (Lookups::default(), Instant::now());
    assert_eq!(
        at_once(&lookups, &user("a"), now),
        30,
        "the control: so many pass"
    );
    let problem = take(&lookups, user("a"), now).unwrap_err();
    assert_eq!(problem.kind().code(), "too_many_requests");
    let response = problem.into_response();
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()[header::RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(take(&lookups, user("a"), now + Duration::from_secs(1)).is_err());
    assert!(
        take(&lookups, user("a"), now + Duration::from_secs(wait)).is_ok(),
        "{wait} s"
    );
    assert!(take(&lookups, user("b"), now).is_ok(), "others are not held up");
    let alone = lookups.take_at(Lookup::Emergency, user("a"), "northshire".to_owned(), now);
    assert!(alone.is_ok(), "nor is an emergency");
}

#[test]
fn given_a_patient_user_then_the_hour_is_limited_too() {
    let (lookups, now) = (Lookups::default(), Instant::now());
    let tried = 3_600;
    let found = (0..tried)
        .filter(|second| take(&lookups, user("a"), now + Duration::from_secs(*second)).is_ok())
        .count();
    // Full at the start, and places come back meanwhile.
    assert!((300..=600).contains(&found), "{found} of {tried}");
    let day = (1..=24)
        .map(|hour| at_once(&lookups, &user("a"), now + HOUR * (hour + 1)))
        .collect::<Vec<_>>();
    assert_eq!(day, [30; 24], "who comes back later is let in");
}

#[test]
fn given_many_users_of_one_organisation_then_it_is_limited_as_a_whole() {
    let (lookups, now) = (Lookups::default(), Instant::now());
    let found: usize = (0..20)
        .map(|number| at_once(&lookups, &user(&format!("u{number}")), now))
        .sum();
    assert_eq!(found, 300);
    assert!(
        take(&lookups, user("fresh"), now).is_err(),
        "somebody who has not searched yet"
    );
    let elsewhere = Whose::User {
        organisation: "southshire".to_owned(),
        user: "fresh".to_owned(),
    };
    let other = lookups.take_at(Lookup::Search, elsewhere, "southshire".to_owned(), now);
    assert!(other.is_ok(), "the control: another organisation");
    let labels = |whose| Labels {
        lookup: "search",
        whose,
    };
    assert_eq!(lookups.refused.get_or_create(&labels("user")).get(), 10);
    assert_eq!(lookups.refused.get_or_create(&labels("organisation")).get(), 11);
}

#[test]
fn what_is_refused_uses_up_nothing() {
    let (lookups, now) = (Lookups::default(), Instant::now());
    at_once(&lookups, &user("a"), now);
    for _ in 0..1_000 {
        assert!(take(&lookups, user("a"), now).is_err());
    }
    assert!(take(&lookups, user("a"), now + Duration::from_secs(13)).is_ok());
    assert_eq!(at_once(&lookups, &user("b"), now), 30, "nor of the organisation");
}

#[test]
fn what_is_remembered_is_bounded_and_who_sweeps_is_not_forgotten() {
    let (lookups, now) = (Lookups::default(), Instant::now());
    at_once(&lookups, &user("sweeper"), now);
    for number in 0..MOST_REMEMBERED + 500 {
        let who = Whose::Client(format!("c{number}"));
        let organisation = format!("o{number}");
        assert!(lookups.take_at(Lookup::Search, who, organisation, now).is_ok());
        // Looking at all of them each time would take long.
        if number % 1_000 == 0 {
            assert!(
                take(&lookups, user("sweeper"), now).is_err(),
                "after {number} others"
            );
        }
    }
    let kept = || lookups.used.lock().unwrap().len();
    assert!(
        (MOST_REMEMBERED / 4..=MOST_REMEMBERED).contains(&kept()),
        "{}",
        kept()
    );
    take(&lookups, user("late"), now + HOUR).unwrap();
    assert!(kept() <= MOST_REMEMBERED);
}
