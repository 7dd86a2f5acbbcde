//! Continuity beyond the numbered cases: marks, what is missing, owners, plans, ages and counts.

use crate::story::{
    PARTNERSHIP, PRISON_CARE, SUNDERLAND, SUNDERLAND_AREA, Story, code, day, directory, kit, reception,
    release, service,
};
use throughcare_domain::code::{AreaCode, PrisonCode};
use throughcare_domain::command::{Command, Movement, ResidenceTold};
use throughcare_domain::continuity::{
    Answer, CareState, Missing, PlannedRelease, Reading, ReleaseFacts, Summary, assess, percentage,
    summarise, summarise_without_small_numbers,
};
use throughcare_domain::id::PersonId;
use uuid::Uuid;

#[test]
fn day_21_is_due_and_day_22_is_not_found() {
    let story = Story::released_on_1_march("83");
    assert_eq!(story.care("2026-03-01").state, CareState::Due { day: 0 });
    assert_eq!(story.care("2026-03-22").state, CareState::Due { day: 21 });
    assert_eq!(story.care("2026-03-23").state, CareState::NotFound { days: 22 });
    assert!(matches!(
        story.care("2026-02-28").state,
        CareState::NoneDue { .. }
    ));
}

#[test]
fn days_3_7_14_and_21_are_marked() {
    let story = Story::released_on_1_march("83");
    let reached = |as_of: &str| story.care(as_of).last_mark();
    assert_eq!(
        [
            "2026-03-03",
            "2026-03-04",
            "2026-03-08",
            "2026-03-15",
            "2026-03-22"
        ]
        .map(reached),
        [None, Some(3), Some(7), Some(14), Some(21)]
    );
}

#[test]
fn what_is_missing_shrinks_as_it_is_done() {
    use Missing::{Appointment, Naloxone, ReferralAccepted, ReferralSent, StructuredStart};
    let mut story = Story::released_on_1_march("83");
    assert_eq!(
        story.care("2026-03-02").missing,
        [
            ReferralSent,
            ReferralAccepted,
            Appointment,
            Naloxone,
            StructuredStart
        ]
    );
    let referral = story.refer("2026-03-02", SUNDERLAND);
    assert_eq!(
        story.care("2026-03-02").missing,
        [ReferralAccepted, Appointment, Naloxone, StructuredStart]
    );
    story.accept("2026-03-03", referral);
    story.offer("2026-03-03", referral, "2026-03-05T10:00:00Z");
    let issue = Command::IssueKits {
        service: service(SUNDERLAND),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    };
    story.staff_of(SUNDERLAND, "2026-03-04", issue);
    assert_eq!(story.care("2026-03-04").missing, [StructuredStart]);
    assert_eq!(
        story.care("2026-03-03").missing,
        [Naloxone, StructuredStart],
        "as of the day before"
    );
    let episode = story.triage("2026-03-05", referral);
    story.start("2026-03-05", episode);
    assert!(story.care("2026-03-05").missing.is_empty());
}

#[test]
fn a_rejected_referral_is_none() {
    let mut story = Story::released_on_1_march("83");
    let referral = story.refer("2026-03-02", SUNDERLAND);
    story.staff(
        "2026-03-03",
        Command::RejectReferral {
            referral,
            reason: code("out_of_area"),
        },
    );
    assert!(story.care("2026-03-03").missing.contains(&Missing::ReferralSent));
    assert!(!story.care("2026-03-02").missing.contains(&Missing::ReferralSent));
}

#[test]
fn a_kit_used_later_was_still_in_hand_at_release() {
    let mut story = Story::released_on_1_march("83");
    let issue = Command::IssueKits {
        service: service(PRISON_CARE),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    };
    story.staff("2026-03-01", issue);
    let kit = story.kits()[0];
    let used_on = throughcare_domain::fact::UsedOn::Holder;
    story.staff(
        "2026-03-10",
        Command::UseKit {
            kit,
            doses: None,
            used_on,
            outcome: code("survived"),
            place: None,
        },
    );
    assert!(!story.care("2026-03-11").missing.contains(&Missing::Naloxone));
}

fn owners(story: &Story) -> Vec<String> {
    story
        .releases()
        .last()
        .unwrap()
        .owners
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn nobody_is_unowned() {
    let story = Story::released_on_1_march("83");
    assert_eq!(owners(&story), [SUNDERLAND], "the service for the residence");

    let mut nowhere = Story::of_an_adult();
    nowhere.moves("2026-01-05", reception("MDI"));
    nowhere.moves(
        "2026-03-01",
        Movement {
            area: None,
            no_fixed_abode: true,
            ..release("CR", "MDI")
        },
    );
    assert_eq!(
        owners(&nowhere),
        [PRISON_CARE, PARTNERSHIP],
        "no fixed abode: the prison's and the partnership's"
    );

    let mut accepted = Story::released_on_1_march("83");
    let referral = accepted.refer("2026-03-02", crate::story::SOUTH_TYNESIDE);
    assert_eq!(
        owners(&accepted),
        [SUNDERLAND],
        "a referral nobody accepted moves nothing"
    );
    accepted.accept("2026-03-02", referral);
    assert_eq!(owners(&accepted), [crate::story::SOUTH_TYNESIDE]);
}

#[test]
fn the_residence_known_stands_in_for_one_the_release_did_not_tell() {
    let area = AreaCode::parse(SUNDERLAND_AREA).unwrap();
    let mut story = Story::of_an_adult();
    let residence = ResidenceTold {
        area: Some(area.clone()),
        ..Default::default()
    };
    story.staff("2025-06-01", Command::RecordResidence(residence));
    story.moves("2026-01-05", reception("MDI"));
    story.moves(
        "2026-03-01",
        Movement {
            area: None,
            ..release("CR", "MDI")
        },
    );
    assert_eq!(story.releases()[0].area, Some(area));
}

#[test]
fn an_arrest_referral_before_remand_serves_the_release() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-02-25", SUNDERLAND);
    story.moves("2026-02-26", reception("MDI"));
    story.accept("2026-02-27", referral);
    story.moves("2026-03-01", release("BL", "MDI"));
    let facts = story.releases().pop().unwrap();
    assert_eq!(facts.referral.map(|made| made.referral), Some(referral));
}

#[test]
fn triage_in_prison_is_no_pick_up_without_treatment() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let community = story.episode("2026-02-20", SUNDERLAND);
    story
        .moves("2026-03-01", release("CR", "MDI"))
        .contact("2026-03-03", community);
    assert_eq!(
        story.care("2026-03-04").state,
        CareState::Due { day: 3 },
        "opened in custody, not through it"
    );
    story.start("2026-03-05", community);
    assert!(matches!(
        story.care("2026-03-05").state,
        CareState::PickedUp { day: 4, .. }
    ));
}

#[test]
fn an_episode_left_open_in_an_earlier_stay_does_not_speak_for_this_one() {
    let mut story = Story::of_an_adult();
    story.moves("2025-06-01", reception("LEI"));
    story.episode("2025-06-02", crate::story::LEEDS_CARE);
    story
        .moves("2025-09-01", release("CR", "LEI"))
        .moves("2026-01-05", reception("MDI"));
    let episode = story.episode("2026-01-06", PRISON_CARE);
    story
        .exit("2026-03-01", episode, "83")
        .moves("2026-03-02", release("CR", "MDI"));
    assert_eq!(story.care("2026-03-03").national.in_denominator, Answer::Yes);
}

#[test]
fn only_adults_count_nationally() {
    let national = |born: &str| {
        let mut story = Story::of_somebody_born(born);
        story.moves("2026-01-05", reception("MDI"));
        let episode = story.episode("2026-01-06", PRISON_CARE);
        story
            .exit("2026-03-01", episode, "83")
            .moves("2026-03-01", release("CR", "MDI"));
        story.care("2026-03-02").national.in_denominator
    };
    assert_eq!(
        national("2008-03-01"),
        Answer::Yes,
        "eighteen on the day of release"
    );
    assert_eq!(national("2008-03-02"), Answer::No);
}

#[test]
fn planned_releases_say_what_is_missing_in_time() {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let prison = PrisonCode::parse("MDI").unwrap();
    let area = AreaCode::parse(SUNDERLAND_AREA).unwrap();
    let planned_on = day("2026-03-01");
    story.staff(
        "2026-02-01",
        Command::PlanRelease {
            prison: prison.clone(),
            planned_on,
            area: Some(area),
            no_fixed_abode: false,
        },
    );
    let plan = |story: &Story| PlannedRelease::all(&story.state(), directory()).pop().unwrap();
    assert_eq!(plan(&story).days_until(day("2026-02-19")), 10);
    assert_eq!(plan(&story).owners, [service(SUNDERLAND)]);
    assert_eq!(
        plan(&story).missing(day("2026-02-19")),
        [
            Missing::ReferralSent,
            Missing::ReferralAccepted,
            Missing::Appointment,
            Missing::Naloxone
        ]
    );
    let referral = story.refer("2026-02-10", SUNDERLAND);
    story.accept("2026-02-12", referral);
    story.offer("2026-02-12", referral, "2026-03-02T10:00:00Z");
    let kits = vec![kit("LOT-A1")];
    story.staff(
        "2026-02-15",
        Command::PlaceKitsInProperty {
            service: service(PRISON_CARE),
            prison,
            kits,
        },
    );
    assert!(plan(&story).missing(day("2026-02-19")).is_empty());
    assert_eq!(
        plan(&story).missing(day("2026-02-11")),
        [Missing::ReferralAccepted, Missing::Appointment, Missing::Naloxone]
    );

    story.moves("2026-03-01", release("CR", "MDI"));
    assert!(
        PlannedRelease::all(&story.state(), directory()).is_empty(),
        "the release fulfils the plan"
    );
    assert_eq!(story.releases()[0].planned_for, Some(planned_on));
}

#[test]
fn a_summary_says_what_it_left_out_and_why() {
    let mut completed = Story::released_on_1_march("80").releases();
    let due = Story::released_on_1_march("83").releases();
    completed.extend(due);
    let summary = summarise(&completed, day("2026-03-05"), &Reading::default());
    assert_eq!((summary.releases, summary.window_open), (2, 1));
    assert_eq!(
        (
            summary.local.numerator,
            summary.local.denominator,
            summary.local.left_out
        ),
        (0, 1, 1)
    );
    assert_eq!(summary.local.left_out_because[0].releases, 1);
    assert_eq!(summary.by_state.get("due"), Some(&1));
}

#[test]
fn given_few_people_when_somebody_asks_who_sees_nobody_then_neither_they_nor_the_rest_can_be_counted() {
    let due = Story::released_on_1_march("83").releases();
    let completed = Story::released_on_1_march("80").releases();
    let counted = |due_people: u8, completed_people: u8| {
        let of = |from: u8, to: u8, facts: &[ReleaseFacts]| -> Vec<(PersonId, ReleaseFacts)> {
            let people = (from..to).map(|one| PersonId(Uuid::from_bytes([one; 16])));
            people.map(|person| (person, facts[0].clone())).collect()
        };
        let mut releases = of(0, due_people, &due);
        releases.extend(of(100, 100 + completed_people, &completed));
        let of_whom = releases.iter().map(|(person, facts)| (*person, facts));
        let withheld = summarise_without_small_numbers(of_whom, day("2026-03-05"), &Reading::default());
        let facts = releases.iter().map(|(_, facts)| facts);
        let whole = summarise(facts, day("2026-03-05"), &Reading::default());
        (withheld, Summary::<Option<u32>>::from(whole))
    };

    // Enough of each: the same figures.
    let (withheld, whole) = counted(7, 5);
    assert_eq!(withheld, whole);
    assert_eq!((whole.releases, whole.local.denominator), (Some(12), Some(7)));

    // Three of ten have no need: neither they are told nor the seven that are left.
    let (withheld, whole) = counted(7, 3);
    assert_eq!(
        (whole.local.denominator, whole.local.left_out),
        (Some(7), Some(3))
    );
    assert_eq!(withheld.releases, Some(10));
    assert_eq!(
        (withheld.local.denominator, withheld.local.left_out),
        (None, None)
    );
    assert_eq!(withheld.local.left_out_because[0].releases, None);
    assert_eq!((withheld.local.percentage, withheld.window_open), (None, None));
    assert!(withheld.by_state.values().all(Option::is_none));
    assert_eq!(withheld.local.numerator, Some(0), "none tells of nobody");

    // Four people in all: nothing.
    let (withheld, _) = counted(4, 0);
    assert_eq!((withheld.releases, withheld.local.numerator), (None, None));
}

#[test]
fn a_percentage_has_one_decimal_and_is_never_of_nothing() {
    assert_eq!(percentage(0, 0), None);
    assert_eq!(percentage(1, 3), Some(33.3));
    assert_eq!(percentage(2, 3), Some(66.7));
    assert_eq!(percentage(1, 8), Some(12.5));
    assert_eq!(percentage(1, 16), Some(6.3), "halves go away from zero");
    assert_eq!(percentage(u32::MAX, u32::MAX), Some(100.0));
    // Bromley's rise from 735 to 820 is 11.6 %, not the 11.5 % that the paper prints.
    assert_eq!(percentage(820 - 735, 735), Some(11.6));
}

#[test]
fn facts_survive_being_kept() {
    let mut story = Story::released_on_1_march("83");
    let episode = story.episode("2026-03-05", SUNDERLAND);
    story.start("2026-03-05", episode);
    let facts = story.releases().pop().unwrap();
    let kept = serde_json::to_string(&facts).unwrap();
    assert!(kept.contains("\"releasedOn\":\"2026-03-01\""), "{kept}");
    assert_eq!(serde_json::from_str::<ReleaseFacts>(&kept).unwrap(), facts);
    assert_eq!(
        assess(&facts, day("2026-03-06"), &Reading::default()),
        story.care("2026-03-06"),
        "nothing is needed besides"
    );
}
