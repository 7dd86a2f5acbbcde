//! Outcome profiles and their windows, follow-up after an exit, and exits that are taken back.
//!
//! Sources: `domain.md` section 3 (TOP); `cases.md` E8; `design.md`, family Treatment.

use crate::story::{SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory, exit, on};
use throughcare_domain::command::Command;
use throughcare_domain::fact::{ProfileItems, ProfileStage};
use throughcare_domain::id::EpisodeId;
use throughcare_domain::journey::journeys;
use throughcare_domain::profile::{Counts, NotCounted, judged};
use throughcare_domain::rows::{Row, RowDetail, RowKind, rows};
use throughcare_domain::view::Pathway;
use throughcare_domain::view::duties::{Deadlines, DutyKind, duties};
use throughcare_domain::when::AsOf;

fn profile(episode: EpisodeId, stage: ProfileStage, opiate_days: u8) -> Command {
    Command::RecordOutcomeProfile {
        episode,
        stage,
        co_ordinates: true,
        items: Box::new(ProfileItems {
            opiate_days: Some(opiate_days),
            ..ProfileItems::default()
        }),
    }
}

/// Treated from 2 March 2026, with the episode.
fn treated() -> (Story, EpisodeId) {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    let episode = story.episode("2026-03-01", SUNDERLAND);
    story.start("2026-03-02", episode);
    (story, episode)
}

fn taken(story: &mut Story, episode: EpisodeId, stage: ProfileStage, on_day: &str) {
    story.staff_of(SUNDERLAND, on_day, profile(episode, stage, 3));
}

fn last(story: &Story, episode: EpisodeId) -> Counts {
    let state = story.state();
    judged(&state, state.episode(episode).unwrap()).last().unwrap().1
}

#[test]
fn a_start_profile_counts_within_fourteen_days_of_the_first_start() {
    for (on_day, counts) in [
        ("2026-03-02", Counts::Yes),
        ("2026-03-16", Counts::Yes),
        ("2026-03-17", Counts::No(NotCounted::OutsideStartWindow)),
    ] {
        let (mut story, episode) = treated();
        taken(&mut story, episode, ProfileStage::Start, on_day);
        assert_eq!(last(&story, episode), counts, "{on_day}");
    }
}

#[test]
fn a_start_profile_before_anything_started_counts_once_something_does() {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    let episode = story.episode("2026-03-01", SUNDERLAND);
    taken(&mut story, episode, ProfileStage::Start, "2026-03-01");
    assert_eq!(last(&story, episode), Counts::No(NotCounted::NotStarted));
    story.start("2026-03-15", episode);
    assert_eq!(
        last(&story, episode),
        Counts::Yes,
        "fourteen days before the start"
    );
}

/// Treatment starts at triage or after it, and the profile of its start is taken up to two weeks before.
#[test]
fn a_start_profile_is_taken_up_to_fourteen_days_before_the_triage() {
    for (on_day, counts) in [
        ("2026-02-15", Counts::No(NotCounted::OutsideStartWindow)),
        ("2026-02-16", Counts::Yes),
        ("2026-02-28", Counts::Yes),
    ] {
        let (mut story, episode) = treated();
        taken(&mut story, episode, ProfileStage::Start, on_day);
        assert_eq!(last(&story, episode), counts, "{on_day}");
        assert!(story.state().conflicts.is_empty());
    }
    let (mut story, episode) = treated();
    let early = || profile(episode, ProfileStage::Start, 3);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-14", early()),
        ["before_episode"]
    );
    // Told by a machine it is kept, and no profile of the episode.
    assert_eq!(story.machine(on("2026-02-14"), early()), ["before_episode"]);
    assert!(story.state().episode(episode).unwrap().profiles.is_empty());
}

#[test]
fn of_two_start_profiles_one_counts() {
    let (mut story, episode) = treated();
    taken(&mut story, episode, ProfileStage::Start, "2026-03-03");
    taken(&mut story, episode, ProfileStage::Start, "2026-03-05");
    assert_eq!(last(&story, episode), Counts::No(NotCounted::StartTaken));
}

/// Days 29 to 182; each later half-year has a review of its own (own reading).
#[test]
fn a_review_counts_from_day_29_and_for_its_half_year() {
    for (on_day, counts) in [
        ("2026-03-30", Counts::No(NotCounted::BeforeReviewWindow)),
        ("2026-03-31", Counts::Review(1)),
        ("2026-08-31", Counts::Review(1)),
        ("2026-09-01", Counts::Review(2)),
    ] {
        let (mut story, episode) = treated();
        taken(&mut story, episode, ProfileStage::Start, "2026-03-03");
        taken(&mut story, episode, ProfileStage::Review, on_day);
        assert_eq!(last(&story, episode), counts, "{on_day}");
    }
}

#[test]
fn no_review_counts_without_a_start() {
    let (mut story, episode) = treated();
    taken(&mut story, episode, ProfileStage::Review, "2026-06-01");
    assert_eq!(last(&story, episode), Counts::No(NotCounted::NoStart));
    taken(&mut story, episode, ProfileStage::Start, "2026-03-03");
    let state = story.state();
    let judged = judged(&state, state.episode(episode).unwrap());
    assert!(
        judged.iter().all(|(_, counts)| counts.yes()),
        "entered late, it counts"
    );
}

#[test]
fn an_exit_profile_counts_within_fourteen_days_of_the_exit_on_either_side() {
    for (on_day, counts) in [
        ("2026-05-17", Counts::No(NotCounted::OutsideExitWindow)),
        ("2026-05-18", Counts::Yes),
        ("2026-06-15", Counts::Yes),
        ("2026-06-16", Counts::No(NotCounted::OutsideExitWindow)),
    ] {
        let (mut story, episode) = treated();
        story.exit("2026-06-01", episode, "80");
        taken(&mut story, episode, ProfileStage::Exit, on_day);
        assert_eq!(last(&story, episode), counts, "{on_day}");
    }
    let (mut story, episode) = treated();
    taken(&mut story, episode, ProfileStage::Exit, "2026-06-01");
    assert_eq!(last(&story, episode), Counts::No(NotCounted::NotEnded));
}

#[test]
fn a_profile_after_the_exit_counts_when_it_is_one() {
    let (mut story, episode) = treated();
    story.exit("2026-06-01", episode, "80");
    taken(&mut story, episode, ProfileStage::PostExit, "2026-09-01");
    assert_eq!(last(&story, episode), Counts::Yes);
    taken(&mut story, episode, ProfileStage::Review, "2026-09-02");
    let state = story.state();
    let profiles = judged(&state, state.episode(episode).unwrap());
    assert!(matches!(profiles[1].1, Counts::No(NotCounted::AfterExit)));
}

/// Exactly one provider co-ordinates: none or several is an error of the data, shown and not refused.
#[test]
fn exactly_one_provider_co_ordinates() {
    let (mut story, episode) = treated();
    taken(&mut story, episode, ProfileStage::Start, "2026-03-03");
    let other = story.episode("2026-03-10", SOUTH_TYNESIDE);
    story.start("2026-03-10", other);
    let start = |co_ordinates| Command::RecordOutcomeProfile {
        episode: other,
        stage: ProfileStage::Start,
        co_ordinates,
        items: Box::new(ProfileItems {
            alcohol_days: Some(1),
            ..ProfileItems::default()
        }),
    };
    let mut several = story.clone();
    several.staff_of(SOUTH_TYNESIDE, "2026-03-12", start(true));
    assert_eq!(last(&several, other), Counts::No(NotCounted::SeveralCoOrdinators));
    assert_eq!(last(&several, episode), Counts::Yes, "it was alone on its day");
    let mut not_this_one = story.clone();
    not_this_one.staff_of(SOUTH_TYNESIDE, "2026-03-12", start(false));
    assert_eq!(last(&not_this_one, other), Counts::No(NotCounted::NotCoOrdinator));
    // Negative control: where the first one has ended, there is one.
    story.exit("2026-03-11", episode, "83");
    story.staff_of(SOUTH_TYNESIDE, "2026-03-12", start(true));
    assert_eq!(last(&story, other), Counts::Yes);
}

/// E8: reason 82 does not allow heroin or crack, whichever of exit and profile is recorded first.
#[test]
fn e8_an_exit_profile_recorded_apart_is_judged_like_the_exits_own() {
    let (mut story, episode) = treated();
    story.staff_of(SUNDERLAND, "2026-05-30", profile(episode, ProfileStage::Exit, 2));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-06-01", exit(episode, "82", None)),
        ["occasional_user_with_heroin_or_crack"]
    );
    story.exit("2026-06-01", episode, "80");

    let (mut story, episode) = treated();
    story.exit("2026-06-01", episode, "82");
    assert_eq!(
        story.refused(SUNDERLAND, "2026-06-05", profile(episode, ProfileStage::Exit, 2)),
        ["exit_reason_contradicted"]
    );
    story.staff_of(SUNDERLAND, "2026-06-05", profile(episode, ProfileStage::Exit, 0));
}

/// Negative controls of the same: no use, another stage, or another time says nothing against it.
#[test]
fn e8_what_does_not_speak_of_the_exit_does_not_stand_against_it() {
    for (stage, on_day, days) in [
        (ProfileStage::Exit, "2026-05-30", 0),
        (ProfileStage::Review, "2026-05-30", 2),
        (ProfileStage::Exit, "2026-05-10", 2),
    ] {
        let (mut story, episode) = treated();
        story.staff_of(SUNDERLAND, on_day, profile(episode, stage, days));
        story.exit("2026-06-01", episode, "82");
    }
}

#[test]
fn a_profile_holds_numbers_that_can_be_and_at_least_one() {
    let (mut story, episode) = treated();
    assert_eq!(
        story.refused(
            SUNDERLAND,
            "2026-03-03",
            profile(episode, ProfileStage::Start, 29)
        ),
        ["out_of_range"]
    );
    let empty = Command::RecordOutcomeProfile {
        episode,
        stage: ProfileStage::Start,
        co_ordinates: true,
        items: Box::default(),
    };
    assert_eq!(story.refused(SUNDERLAND, "2026-03-03", empty), ["missing"]);
    assert_eq!(
        story.refused(
            SUNDERLAND,
            "2026-02-28",
            profile(episode, ProfileStage::Review, 1)
        ),
        ["before_episode"]
    );
}

fn listed(story: &Story, kind: RowKind, on_day: &str) -> Option<Row> {
    rows(&story.state(), directory())
        .into_iter()
        .find(|row| row.kind == kind && row.is_on_list(day(on_day)))
}

fn due(story: &Story, kind: DutyKind, on_day: &str) -> Option<(String, bool)> {
    let history = story.history.narrowed(Some(AsOf::EndOf(day(on_day))), None);
    duties(&history, directory(), day(on_day), &Deadlines::default())
        .into_iter()
        .find(|duty| duty.kind == kind)
        .map(|duty| (duty.due_on.to_string(), duty.overdue))
}

#[test]
fn a_start_profile_is_due_until_one_counts_or_none_can() {
    let (story, episode) = treated();
    assert_eq!(
        due(&story, DutyKind::TakeStartProfile, "2026-03-16"),
        Some(("2026-03-16".into(), false))
    );
    assert_eq!(
        due(&story, DutyKind::TakeStartProfile, "2026-03-17"),
        Some(("2026-03-16".into(), true))
    );
    let mut in_time = story.clone();
    taken(&mut in_time, episode, ProfileStage::Start, "2026-03-10");
    assert_eq!(due(&in_time, DutyKind::TakeStartProfile, "2026-03-10"), None);
    let mut late = story.clone();
    taken(&mut late, episode, ProfileStage::Start, "2026-04-10");
    assert_eq!(due(&late, DutyKind::TakeStartProfile, "2026-04-11"), None);
    let mut gone = story;
    gone.exit("2026-03-20", episode, "85");
    assert_eq!(due(&gone, DutyKind::TakeStartProfile, "2026-03-20"), None);
}

#[test]
fn a_review_is_due_every_half_year_and_listed_six_weeks_before() {
    let (mut story, episode) = treated();
    taken(&mut story, episode, ProfileStage::Start, "2026-03-03");
    // 182 days after 2 March.
    let due_on = |story: &Story, on_day: &str| due(story, DutyKind::ReviewOutcome, on_day);
    assert_eq!(due_on(&story, "2026-07-19"), None);
    assert_eq!(due_on(&story, "2026-07-20"), Some(("2026-08-31".into(), false)));
    assert_eq!(due_on(&story, "2026-09-01"), Some(("2026-08-31".into(), true)));
    taken(&mut story, episode, ProfileStage::Review, "2026-08-01");
    assert_eq!(due_on(&story, "2026-08-01"), None);
    assert_eq!(
        due_on(&story, "2027-01-15"),
        Some(("2027-01-30".into(), false)),
        "182 days after the review"
    );
}

fn followed_up(episode: EpisodeId, outcome: &str) -> Command {
    Command::RecordFollowUp {
        episode,
        outcome: code(outcome),
    }
}

#[test]
fn an_unplanned_exit_is_followed_up_by_day_7_and_by_day_28() {
    let (mut story, episode) = treated();
    story.exit("2026-06-01", episode, "85");
    let next = |story: &Story, on_day: &str| due(story, DutyKind::FollowUp, on_day);
    assert_eq!(next(&story, "2026-06-02"), Some(("2026-06-08".into(), false)));
    story.staff_of(SUNDERLAND, "2026-06-05", followed_up(episode, "not_reached"));
    assert_eq!(next(&story, "2026-06-05"), Some(("2026-06-29".into(), false)));
    let mut declined = story.clone();
    declined.staff_of(SUNDERLAND, "2026-06-20", followed_up(episode, "declined"));
    assert_eq!(next(&declined, "2026-06-20"), None);
    let mut back = story.clone();
    back.episode("2026-06-20", SOUTH_TYNESIDE);
    assert_eq!(next(&back, "2026-06-20"), None, "in care again");
}

#[test]
fn a_planned_exit_is_followed_up_once_and_a_transfer_not_at_all() {
    for (reason, due_on) in [("80", Some("2026-06-29")), ("83", None), ("88", None)] {
        let (mut story, episode) = treated();
        story.exit("2026-06-01", episode, reason);
        let found = due(&story, DutyKind::FollowUp, "2026-06-02").map(|(due_on, _)| due_on);
        assert_eq!(found.as_deref(), due_on, "{reason}");
    }
}

#[test]
fn nobody_is_followed_up_before_they_left() {
    let (mut story, episode) = treated();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-05-01", followed_up(episode, "not_reached")),
        ["episode_open"]
    );
}

#[test]
fn who_left_unplanned_is_on_the_list_until_somebody_has_them_in_care_again() {
    let (mut story, episode) = treated();
    story.exit("2026-06-01", episode, "85");
    story.staff_of(SUNDERLAND, "2026-06-05", followed_up(episode, "not_reached"));
    let row = listed(&story, RowKind::ToReEngage, "2026-07-01").unwrap();
    let RowDetail::ReEngage(detail) = row.detail else {
        panic!("{row:?}")
    };
    assert_eq!(detail.last_outcome, Some(code("not_reached")));
    let referral = story.refer("2026-07-10", SOUTH_TYNESIDE);
    assert!(listed(&story, RowKind::ToReEngage, "2026-07-10").is_some());
    story.accept("2026-07-12", referral);
    assert!(listed(&story, RowKind::ToReEngage, "2026-07-12").is_none());
    assert!(listed(&story, RowKind::ToReEngage, "2026-07-11").is_some());
}

#[test]
fn who_is_in_other_care_or_left_as_planned_is_not_on_that_list() {
    let (mut story, episode) = treated();
    let mut elsewhere = story.clone();
    elsewhere.episode("2026-05-01", SOUTH_TYNESIDE);
    elsewhere.exit("2026-06-01", episode, "85");
    assert!(listed(&elsewhere, RowKind::ToReEngage, "2026-06-02").is_none());
    story.exit("2026-06-01", episode, "80");
    assert!(listed(&story, RowKind::ToReEngage, "2026-06-02").is_none());
}

fn rescission(episode: EpisodeId) -> Command {
    Command::RescindExit {
        episode,
        reason: code("person_returned"),
    }
}

#[test]
fn an_exit_taken_back_leaves_the_episode_as_if_it_had_not_ended() {
    let (mut story, episode) = treated();
    let before = story.state();
    story.exit("2026-06-01", episode, "85");
    story.staff_of(SUNDERLAND, "2026-06-10", rescission(episode));
    let state = story.state();
    let open = state.episode(episode).unwrap();
    assert_eq!(open.exit, None);
    assert_eq!(
        open.interventions,
        before.episode(episode).unwrap().interventions,
        "what ended with the exit goes on"
    );
    assert_eq!(journeys(&state.episodes)[0].ended(), None);
    assert!(listed(&story, RowKind::Caseload, "2026-06-05").is_some());
    assert!(listed(&story, RowKind::ToReEngage, "2026-06-05").is_none());
    let status = |on_day: &str| {
        let then = story.history.state(Some(AsOf::EndOf(day(on_day))), None);
        Pathway::of(&then, day(on_day)).treatment.status.as_str()
    };
    assert_eq!(
        ["2026-05-31", "2026-06-05", "2026-06-10"].map(status),
        ["in_treatment", "exited_unplanned", "in_treatment"]
    );
    story.contact("2026-06-11", episode);
    story.exit("2026-07-01", episode, "80");
    assert_eq!(story.state().episode(episode).unwrap().rescinded.len(), 1);
}

/// What had ended by itself stays ended.
#[test]
fn an_intervention_that_ended_before_the_exit_stays_ended() {
    let (mut story, episode) = treated();
    let first = story.state().episode(episode).unwrap().interventions[0].id;
    story.start("2026-04-01", episode);
    let end = Command::EndIntervention {
        episode,
        intervention: first,
        exit: code("A"),
    };
    story.staff_of(SUNDERLAND, "2026-06-01", end);
    story.exit("2026-06-01", episode, "85");
    story.staff_of(SUNDERLAND, "2026-06-10", rescission(episode));
    let state = story.state();
    let ended: Vec<_> = state
        .episode(episode)
        .unwrap()
        .interventions
        .iter()
        .map(|one| one.ended.is_some())
        .collect();
    assert_eq!(ended, [true, false]);
}

#[test]
fn an_exit_is_not_taken_back_twice_nor_when_the_service_began_anew() {
    let (mut story, episode) = treated();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-06-10", rescission(episode)),
        ["episode_open"]
    );
    story.exit("2026-06-01", episode, "85");
    let mut anew = story.clone();
    anew.episode("2026-06-05", SUNDERLAND);
    assert_eq!(
        anew.refused(SUNDERLAND, "2026-06-10", rescission(episode)),
        ["episode_opened_since"]
    );
    // Negative control: another service's episode is no hindrance.
    story.episode("2026-06-05", SOUTH_TYNESIDE);
    story.staff_of(SUNDERLAND, "2026-06-10", rescission(episode));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-06-11", rescission(episode)),
        ["episode_open"]
    );
}

/// A machine is not refused: what does not fit is kept and flagged, and the exit stays.
#[test]
fn a_machine_that_takes_back_what_cannot_be_is_flagged() {
    let (mut story, episode) = treated();
    story.exit("2026-06-01", episode, "85");
    story.episode("2026-06-05", SUNDERLAND);
    assert_eq!(
        story.machine(on("2026-06-10"), rescission(episode)),
        ["episode_opened_since"]
    );
    assert!(story.state().episode(episode).unwrap().exit.is_some());
}

#[test]
fn a_death_recorded_as_an_exit_is_taken_back_with_it() {
    let (mut story, episode) = treated();
    story.exit("2026-06-01", episode, "89");
    assert!(story.state().died.is_some());
    story.staff_of(SUNDERLAND, "2026-06-10", rescission(episode));
    assert_eq!(story.state().died, None);
}
