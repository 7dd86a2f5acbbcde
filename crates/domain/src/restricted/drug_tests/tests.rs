//! Given a drug test, then it does not exist but for those whom the law names.

use crate::event::Role;
use crate::fact::{EventVoided, Replaced};
use crate::restricted::{Withheld, after_drug_tests, is_sensitive, seen_by, shown_of_drug_tests};
use crate::rows::story::*;

/// The prison's organisation had the person in treatment until February; police are "county".
fn known() -> Story {
    Story::new()
        .by("gatehouse")
        .on("2026-01-01", opened(1, "moorland-health"))
        .on("2026-02-01", exit(1, "83"))
}

fn after_arrest() -> Story {
    known().by("county").on("2026-02-10", tested(1))
}

/// How many events an organisation is shown.
fn sees(story: &Story, who: &str, role: Role) -> usize {
    let history = story.history();
    seen_by(&history, &organisation(who), role).map_or(history.events().len(), |seen| seen.events().len())
}

fn void(of: u128) -> EventVoided {
    EventVoided {
        event: event(of),
        reason: code("entered_in_error"),
        replaced: Replaced::No,
    }
}

#[test]
fn a_test_is_shown_to_who_recorded_it_and_to_auditors_and_to_nobody_else() {
    let story = after_arrest();
    assert_eq!(sees(&story, "county", Role::Liaison), 3, "who recorded it");
    assert_eq!(sees(&story, "elsewhere", Role::Auditor), 3);
    let seen = seen_by(&story.history(), &organisation("elsewhere"), Role::Auditor);
    assert!(seen.is_none(), "with its results");
    for who in ["gatehouse", "northshire", "elsewhere"] {
        for role in [Role::Worker, Role::Liaison] {
            assert_eq!(sees(&story, who, role), 2, "{who}");
        }
    }
}

#[test]
fn an_open_referral_shows_it_to_workers_of_the_service_asked_until_it_is_declined() {
    let story = after_arrest().on("2026-02-11", referral(1, "northshire-community"));
    assert_eq!(sees(&story, "northshire", Role::Worker), 4);
    assert_eq!(sees(&story, "northshire", Role::Liaison), 3, "no worker");
    assert_eq!(sees(&story, "gatehouse", Role::Worker), 3);
    let story = story.by("northshire").on("2026-02-12", rejected(1));
    assert_eq!(
        sees(&story, "northshire", Role::Worker),
        4,
        "five, and the test is gone"
    );
}

#[test]
fn an_open_episode_shows_it_and_its_end_ends_that() {
    let story = after_arrest()
        .by("northshire")
        .on("2026-02-12", opened(2, "northshire-community"));
    assert_eq!(sees(&story, "northshire", Role::Worker), 4);
    assert_eq!(sees(&story, "northshire", Role::Liaison), 3);
    let story = story.on("2026-03-12", exit(2, "80"));
    assert_eq!(
        sees(&story, "northshire", Role::Worker),
        4,
        "five, and the test is gone"
    );
}

#[test]
fn an_assessment_shows_itself_and_its_test_to_workers_of_its_service() {
    let story = after_arrest()
        .on("2026-02-10", required(1, "northshire-community"))
        .on("2026-02-11", tested(2));
    assert_eq!(
        sees(&story, "northshire", Role::Worker),
        4,
        "but not the other test"
    );
    assert_eq!(sees(&story, "northshire", Role::Liaison), 2);
    assert_eq!(sees(&story, "gatehouse", Role::Worker), 2);
    let story = story.by("northshire").on("2026-02-15", stayed_away(1));
    assert_eq!(sees(&story, "county", Role::Liaison), 6, "police are told");
    assert_eq!(sees(&story, "northshire", Role::Worker), 5);
    assert_eq!(
        sees(&story, "gatehouse", Role::Worker),
        2,
        "what rests on it is gone too"
    );
}

#[test]
fn what_corrects_it_does_not_exist_either() {
    let story = after_arrest().on("2026-02-11", void(3)).on("2026-02-12", void(4));
    assert_eq!(sees(&story, "gatehouse", Role::Worker), 2);
    assert_eq!(sees(&story, "county", Role::Worker), 5);
}

/// Negative control: an arrest is an ordinary fact.
#[test]
fn what_is_not_limited_is_shown() {
    let story = known().by("county").on("2026-02-10", received("MDI"));
    assert!(!is_sensitive(&story.history()));
    assert_eq!(sees(&story, "gatehouse", Role::Worker), 3);
}

#[test]
fn a_restricted_need_and_a_test_are_withheld_each_by_its_own_rule() {
    let story = after_arrest()
        .on("2026-02-10", raised(1, "cuckooing"))
        .on("2026-02-11", referral(1, "northshire-community"));
    assert_eq!(
        sees(&story, "northshire", Role::Worker),
        4,
        "the test, not the need"
    );
    assert_eq!(sees(&story, "gatehouse", Role::Worker), 3, "neither");
    let story = story
        .by("northshire")
        .on("2026-02-12", accepted(1))
        .on("2026-02-13", opened(2, "northshire-community"));
    assert_eq!(sees(&story, "northshire", Role::Worker), 7, "both");
}

/// Two views of one record never have the same number of events and the same number of tests among them.
#[test]
fn views_that_differ_are_told_apart() {
    let view = |story: &Story| {
        let history = story.history();
        let withheld = Withheld::of(&history, &organisation("northshire"), Role::Worker);
        let hidden = withheld.as_ref().map_or(0, Withheld::count);
        (
            history.version() - hidden,
            shown_of_drug_tests(&history, withheld.as_ref()),
        )
    };
    let asked = after_arrest().on("2026-02-11", referral(1, "northshire-community"));
    let declined = asked.clone().by("northshire").on("2026-02-12", rejected(1));
    assert_eq!(view(&asked).0, view(&declined).0, "as many events");
    assert_ne!(view(&asked), view(&declined));
}

#[test]
fn what_is_seen_after_recording_is_judged_by_the_whole() {
    let who = organisation("northshire");
    let history = known().history();
    let draft = |fact: crate::fact::Fact| crate::event::Draft {
        id: event(99),
        occurred: crate::when::Occurred::On(day("2026-02-12")),
        fact,
        identity: None,
        causation: None,
    };
    let after = |history, fact| after_drug_tests(history, &[draft(fact)], crate::event::Origin::Staff, &who);
    assert!(after(&history, came(1).into()).is_some());
    assert!(
        after(&history, opened(2, "northshire-community").into()).is_none(),
        "nothing limited"
    );
    let arrested = after_arrest().history();
    let then = after(&arrested, opened(2, "northshire-community").into()).unwrap();
    assert_eq!(
        seen_by(&then, &who, Role::Worker).map(|seen| seen.events().len()),
        None,
        "all of it"
    );
    assert_eq!(then.version(), arrested.version() + 1);
}
