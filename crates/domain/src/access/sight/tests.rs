//! A relationship needs an act of someone other than the one who gains by it; and looks in an emergency.

use super::*;
use crate::access::{Rule, Sight, Visibility, answers_for, may_record, own_events, sight};
use crate::command::Command;
use crate::event::Role;
use crate::fact::{Fact, ReferralReceived, ReleaseEffect};
use crate::id::GlassId;
use crate::restricted::treats;
use crate::rows::story::*;

/// Southshire's referral `n` to itself.
fn to_itself(n: u128) -> ReferralReceived {
    ReferralReceived {
        from_organisation: organisation("southshire"),
        source: code("self"),
        ..referral(n, "southshire-community")
    }
}

/// Northshire treats the person; Southshire wrote something down, takes them on by itself and opens an episode.
fn taken_on_by_itself(withheld_too: bool) -> Story {
    let story = Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .by("southshire")
        .on("2026-03-02", met("southshire-community"))
        .on("2026-03-03", to_itself(2));
    let story = match withheld_too {
        true => story.on("2026-03-03", withheld(2)),
        false => story,
    };
    story
        .on("2026-03-04", accepted(2))
        .on("2026-03-05", opened(2, "southshire-community"))
}

fn sees(story: &Story) -> (Visibility, Sight) {
    sight(
        &story.history(),
        &organisation("southshire"),
        Role::Worker,
        day("2026-12-31"),
    )
}

fn may_take_on(story: &Story) -> bool {
    let history = story.history();
    may_take_on_by_itself(
        &history,
        history.now(),
        &directory(),
        &organisation("southshire"),
        day("2026-12-31"),
    )
}

#[test]
fn a_referral_to_oneself_shows_nothing_of_what_others_recorded_until_the_person_is_there() {
    let story = taken_on_by_itself(true);
    assert_eq!(sees(&story), (Visibility::Sent, Sight::Recorded));
    assert!(!treats(&story.state(), &organisation("southshire"), Role::Worker));
    assert_eq!(
        sees(&story.clone().on("2026-03-06", attested(9))).0,
        Visibility::Sent,
        "of another referral"
    );
    let there = story.on("2026-03-06", attested(2));
    assert_eq!(sees(&there), (Visibility::Full, Sight::Treats));
    assert!(treats(&there.state(), &organisation("southshire"), Role::Worker));
    // Negative control: without the withholding it would see everything at once.
    assert_eq!(
        sees(&taken_on_by_itself(false)),
        (Visibility::Full, Sight::Treats)
    );
}

#[test]
fn that_sight_is_withheld_is_shown_to_nobody_who_sees_their_own_entries_alone() {
    let story = taken_on_by_itself(true);
    let own = own_events(&story.history(), &organisation("southshire"));
    assert_eq!(
        own.events().len(),
        4,
        "the contact, the referral, its acceptance and the episode"
    );
    assert!(
        own.events()
            .iter()
            .all(|event| !matches!(event.fact(), Some(Fact::SightWithheld(_))))
    );
}

#[test]
fn the_ground_of_a_referral_to_oneself_is_anothers_act_or_that_nobody_else_knows_the_person() {
    let walked_in = Story::new()
        .by("southshire")
        .on("2026-03-02", met("southshire-community"));
    assert!(may_take_on(&walked_in), "nobody else recorded anything");
    assert!(may_take_on(&Story::new()), "a new record");
    let known = walked_in
        .clone()
        .by("northshire")
        .on("2026-03-03", met("northshire-community"));
    assert!(!may_take_on(&known));
    let asked = known
        .clone()
        .on("2026-03-04", referral(1, "southshire-community"))
        .on("2026-03-05", accepted(1));
    assert!(may_take_on(&asked), "another organisation referred the person");
    let agreed = known
        .clone()
        .on("2026-03-04", agreed(1, "southshire", "sharing_protocol", None));
    assert!(!may_take_on(&agreed), "by an agreement alone");
    let handed_over = known.by("gatehouse").on("2026-03-06", received("MDI")).on(
        "2026-03-07",
        released("MDI", ReleaseEffect::Community, Some(SOUTHSHIRE)),
    );
    assert!(may_take_on(&handed_over), "custody hands the person over");
}

#[test]
fn an_emergency_look_is_its_clinicians_and_ends_by_itself() {
    let story = Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .by("southshire")
        .at("2026-03-02T09:00:00Z", glass_broken(1, "2026-03-02T17:00:00Z"));
    let state = story.state();
    let look = |who: &str, user: Option<&str>, at: &str| {
        glass(&state, &organisation(who), user, at.parse().unwrap()).is_some()
    };
    assert!(look("southshire", Some("dr.lee"), "2026-03-02T09:00:00Z"));
    assert!(look("southshire", Some("dr.lee"), "2026-03-02T16:59:59Z"));
    assert!(
        !look("southshire", Some("dr.lee"), "2026-03-02T17:00:00Z"),
        "over"
    );
    assert!(
        !look("southshire", Some("dr.lee"), "2026-03-02T08:59:59Z"),
        "not yet"
    );
    assert!(
        !look("southshire", Some("a.nurse"), "2026-03-02T10:00:00Z"),
        "a colleague"
    );
    assert!(!look("southshire", None, "2026-03-02T10:00:00Z"), "a system");
    assert!(
        !look("county", Some("dr.lee"), "2026-03-02T10:00:00Z"),
        "for another organisation"
    );
    // It shows the smallest useful set, and gives no sight of the record, neither by itself nor by its review.
    assert_eq!(sees(&story), (Visibility::None, Sight::Unrelated));
    let reviewed = story.clone().on("2026-03-03", glass_reviewed(1));
    assert_eq!(sees(&reviewed), (Visibility::None, Sight::Unrelated));
    let southshire = organisation("southshire");
    assert!(!answers_for(&reviewed.history(), &southshire, day("2026-03-04")));
    // Whoever recorded something besides is shown that, and not who looked.
    let met = reviewed.on("2026-03-04", met("southshire-community"));
    assert_eq!(sees(&met), (Visibility::Sent, Sight::Recorded));
    let own = own_events(&met.history(), &southshire);
    assert_eq!(own.events().len(), 1);
}

#[test]
fn clinicians_look_in_an_emergency_and_privacy_officers_of_their_organisation_review_it() {
    let story = Story::new()
        .by("southshire")
        .at("2026-03-02T09:00:00Z", glass_broken(1, "2026-03-02T17:00:00Z"));
    let may = |command: SightCommand, who: &str, role: Role| {
        let (history, today) = (story.history(), day("2026-03-02"));
        may_record(
            &Command::Sight(command),
            &history,
            &directory(),
            &organisation(who),
            role,
            today,
        )
    };
    let look = || SightCommand::BreakGlass {
        reason: code("overdose"),
        hours: 8,
    };
    let review = |glass: GlassId| SightCommand::ReviewGlass {
        glass,
        outcome: code("justified"),
    };
    for role in Role::ALL {
        let allowed = may(look(), "northshire", role) == Permission::Allowed;
        assert_eq!(allowed, role == Role::Clinician, "{role:?} looks");
        let allowed = may(review(glass_id(1)), "southshire", role) == Permission::Allowed;
        assert_eq!(allowed, role == Role::PrivacyOfficer, "{role:?} reviews");
    }
    assert_eq!(
        may(look(), "northshire", Role::Worker),
        Rule::CliniciansBreakGlass.into()
    );
    assert_eq!(
        may(review(glass_id(1)), "southshire", Role::Clinician),
        Rule::PrivacyOfficersReview.into()
    );
    let officer = Role::PrivacyOfficer;
    assert_eq!(
        may(review(glass_id(1)), "northshire", officer),
        Permission::NotFound
    );
    assert_eq!(
        may(review(glass_id(2)), "southshire", officer),
        Permission::NotFound
    );
}

#[test]
fn a_review_is_due_after_two_working_days() {
    for (looked, due) in [
        ("2026-03-02", "2026-03-04"),
        ("2026-03-05", "2026-03-09"),
        ("2026-03-06", "2026-03-10"),
        ("2026-03-07", "2026-03-10"),
        // Good Friday and Easter Monday.
        ("2026-04-02", "2026-04-08"),
        ("2026-12-24", "2026-12-30"),
    ] {
        assert_eq!(review_due_on(day(looked)), day(due), "{looked}");
    }
}
