//! Contracts that move: nobody's episode ends or begins by it, everything open stands on the other service's lists from
//! the day on, and a move that is taken back is as if it had never been.

use crate::story::{
    SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory, event, noon, on, reception, release, service,
};
use crate::wild::any_history;
use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use throughcare_domain::access::{Permission, Rule, Visibility, may_record, visibility};
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::command::Command;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{Origin, RecordedEvent, Role};
use throughcare_domain::fact::{ContractMoved, EventVoided, ProviderChanged, Replaced, ServiceKind};
use throughcare_domain::history::History;
use throughcare_domain::id::{ContractId, EventId, PersonId};
use throughcare_domain::indicators::{Indicator, Period, Provider, Question, count};
use throughcare_domain::journey::journeys;
use throughcare_domain::rows::{Row, RowKind, rows};
use throughcare_domain::state::PersonState;
use throughcare_domain::view::duties::{Deadlines, DutyKind, duties};
use throughcare_domain::view::treatment::TreatmentTrack;
use uuid::Uuid;

fn organisation(code: &str) -> OrganisationCode {
    OrganisationCode::parse(code).unwrap()
}

/// Sunderland's contract goes to South Tyneside's service.
fn change() -> ProviderChanged {
    ProviderChanged {
        contract: ContractId(Uuid::from_u128(0xC0)),
        from_service: service(SUNDERLAND),
        from_organisation: organisation(SUNDERLAND),
        to_service: service(SOUTH_TYNESIDE),
        to_organisation: organisation(SOUTH_TYNESIDE),
        to_kind: ServiceKind::Community,
    }
}

fn goes_over(story: &mut Story, on_day: &str) {
    story.machine(on(on_day), Command::ChangeProvider(change()));
}

/// The kinds of line that stand on a service's lists on a day.
fn listed(state: &PersonState, with: &str, on_day: &str) -> Vec<RowKind> {
    let lines = rows(state, directory()).into_iter();
    lines
        .filter(|row| row.service == Some(service(with)) && row.is_on_list(day(on_day)))
        .map(|row| row.kind)
        .filter(|kind| !matches!(kind, RowKind::VisibleTo | RowKind::HandedOver) && !kind.is_counted_only())
        .collect()
}

#[test]
fn given_somebody_in_treatment_when_the_contract_moves_then_no_episode_ends_and_nobody_is_new() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-06", SUNDERLAND);
    story.start("2026-01-09", episode);
    goes_over(&mut story, "2026-03-01");
    story.recorded_on("2026-03-10");

    let state = story.state();
    let chained = journeys(&state.episodes);
    assert_eq!(
        (chained.len(), chained[0].episodes.len(), chained[0].ended()),
        (1, 1, None)
    );
    assert_eq!(chained[0].began(), Some(day("2026-01-06")));
    let track = TreatmentTrack::of(&state, day("2026-03-10"));
    assert_eq!(
        (track.status.as_str(), track.since, track.service),
        (
            "in_treatment",
            Some(day("2026-01-09")),
            Some(service(SOUTH_TYNESIDE))
        )
    );
    assert!(state.conflicts.is_empty());
}

#[test]
fn given_open_work_when_the_contract_moves_then_lists_of_the_past_stay_and_those_from_the_day_on_are_the_others()
 {
    let mut story = Story::of_an_adult();
    story.refer("2026-02-20", SUNDERLAND);
    let accepted = story.refer("2026-02-10", SUNDERLAND);
    story.accept("2026-02-12", accepted);
    story.recorded_on("2026-02-25");
    let before = story.state();
    goes_over(&mut story, "2026-03-01");
    let after = story.state();

    let open = [RowKind::ReferralToActOn, RowKind::TriageDue, RowKind::Waiting];
    assert_eq!(
        listed(&before, SUNDERLAND, "2026-03-05"),
        open,
        "the list as it would be"
    );
    assert_eq!(listed(&after, SUNDERLAND, "2026-02-28"), open);
    assert!(listed(&after, SUNDERLAND, "2026-03-01").is_empty());
    assert!(listed(&after, SOUTH_TYNESIDE, "2026-02-28").is_empty());
    assert_eq!(listed(&after, SOUTH_TYNESIDE, "2026-03-01"), open);
}

#[test]
fn given_a_release_whose_window_is_open_when_the_contract_moves_then_it_is_the_others_with_its_day() {
    let released = |on_day: &str| {
        let mut story = Story::of_an_adult();
        story.moves("2026-01-05", reception("MDI"));
        story.moves(on_day, release("CR", "MDI"));
        goes_over(&mut story, "2026-03-01");
        let lines = rows(&story.state(), directory());
        let release = lines
            .into_iter()
            .find(|row| row.kind == RowKind::Release)
            .unwrap();
        (release.service.unwrap(), release.opened_on)
    };
    assert_eq!(
        released("2026-02-08"),
        (service(SOUTH_TYNESIDE), day("2026-02-08"))
    );
    assert_eq!(
        released("2026-02-07"),
        (service(SUNDERLAND), day("2026-02-07")),
        "over"
    );
}

#[test]
fn who_took_over_records_from_then_on_and_who_was_left_is_told_why_not() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-06", SUNDERLAND);
    let may = |story: &Story, who: &str| {
        let command = Command::RecordContact { episode };
        may_record(
            &command,
            &story.history,
            directory(),
            &organisation(who),
            Role::Worker,
            day("2026-12-31"),
        )
    };
    let sees = |story: &Story, who: &str| {
        visibility(
            &story.history,
            &organisation(who),
            Role::Worker,
            day("2026-12-31"),
        )
    };
    assert_eq!(may(&story, SUNDERLAND), Permission::Allowed);
    assert_eq!(may(&story, SOUTH_TYNESIDE), Permission::NotFound);
    assert_eq!(sees(&story, SOUTH_TYNESIDE), Visibility::None);

    goes_over(&mut story, "2026-03-01");
    assert_eq!(may(&story, SUNDERLAND), Rule::ContractMoved.into());
    assert_eq!(may(&story, SOUTH_TYNESIDE), Permission::Allowed);
    assert_eq!(sees(&story, SOUTH_TYNESIDE), Visibility::Full);
    assert_eq!(
        sees(&story, SUNDERLAND),
        Visibility::Full,
        "what was done stays explainable"
    );
}

#[test]
fn a_referral_taken_over_is_triaged_into_an_episode_of_who_took_over() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-02-20", SUNDERLAND);
    story.accept("2026-02-21", referral);
    goes_over(&mut story, "2026-03-01");
    story.recorded_on("2026-03-02");
    let episode = story.triage("2026-03-02", referral);
    assert_eq!(
        story.state().episode(episode).unwrap().service,
        service(SOUTH_TYNESIDE)
    );
}

#[test]
fn told_twice_it_is_one_move() {
    let mut story = Story::of_an_adult();
    story.episode("2026-01-06", SUNDERLAND);
    goes_over(&mut story, "2026-03-01");
    let events = story.history.events().len();
    goes_over(&mut story, "2026-03-01");
    assert_eq!(story.history.events().len(), events, "nothing to record");
}

/// On which days somebody has a line, whoever it is.
fn days(lines: &[Row]) -> BTreeMap<(RowKind, Uuid), BTreeSet<Date>> {
    let mut days: BTreeMap<_, BTreeSet<Date>> = BTreeMap::new();
    for row in lines
        .iter()
        .filter(|row| !matches!(row.kind, RowKind::VisibleTo | RowKind::HandedOver))
    {
        let on_list = (0..90)
            .map(|nth| day("2026-01-01") + nth.days())
            .filter(|on| row.is_on_list(*on));
        days.entry((row.kind, row.id)).or_default().extend(on_list);
    }
    days
}

fn with_change(history: &[RecordedEvent], on_day: Date) -> Vec<RecordedEvent> {
    let told = event(
        EventId(Uuid::from_u128(0xFFFF)),
        throughcare_domain::when::Occurred::On(on_day),
        noon(day("2026-03-02")),
        10_000,
        Origin::Machine,
        organisation(SOUTH_TYNESIDE),
        change().into(),
    );
    history.iter().cloned().chain([told]).collect()
}

fn of(lines: &[Row], with: &ServiceCode, on_day: Date) -> bool {
    let open = |row: &&Row| {
        !matches!(
            row.kind,
            RowKind::VisibleTo | RowKind::HandedOver | RowKind::Release | RowKind::NaloxoneKit
        ) && !row.kind.is_counted_only()
            && row.service.as_ref() == Some(with)
    };
    lines.iter().filter(open).any(|row| row.is_on_list(on_day))
}

proptest! {
    /// Whatever the history: episodes and journeys are what they were, and nobody is off a list for a day.
    #[test]
    fn a_move_keeps_every_journey_and_every_line(history in any_history(40, 24), nth in 0i32..50) {
        let on_day = day("2026-01-01") + nth.days();
        let moved = with_change(&history, on_day);
        let (before, after) = (PersonState::fold(&history), PersonState::fold(&moved));
        prop_assert_eq!(journeys(&before.episodes), journeys(&after.episodes));
        let others = after.conflicts.iter().filter(|one| one.event != EventId(Uuid::from_u128(0xFFFF)));
        prop_assert!(before.conflicts.iter().eq(others));
        let (was, mut is) = (rows(&before, directory()), rows(&after, directory()));
        // The move itself may not fit, dated before a birth.
        is.retain(|row| row.kind != RowKind::ConflictToSettle || row.id != Uuid::from_u128(0xFFFF));
        prop_assert_eq!(days(&was), days(&is));
        for later in (nth..60).map(|nth| day("2026-01-01") + nth.days()) {
            prop_assert!(!of(&is, &service(SUNDERLAND), later), "left behind on {}", later);
        }
        for earlier in (0..nth).map(|nth| day("2026-01-01") + nth.days()) {
            prop_assert!(!of(&is, &service(SOUTH_TYNESIDE), earlier), "too early on {}", earlier);
        }
    }

    /// A move that was taken back is as if it had never been, but for saying so.
    #[test]
    fn a_move_taken_back_is_as_if_it_had_never_been(history in any_history(40, 24), nth in 0i32..50) {
        let mut moved = with_change(&history, day("2026-01-01") + nth.days());
        let void = EventVoided {
            event: EventId(Uuid::from_u128(0xFFFF)),
            reason: code("did_not_happen"),
            replaced: Replaced::No,
        };
        let told = event(
            EventId(Uuid::from_u128(0x1_0000)),
            throughcare_domain::when::Occurred::At(noon(day("2026-03-02"))),
            noon(day("2026-03-02")),
            10_001,
            Origin::Machine,
            organisation(SOUTH_TYNESIDE),
            void.into(),
        );
        moved.push(told);
        let (never, back) = (History::new(history), History::new(moved));
        prop_assert_eq!(rows(never.now(), directory()), rows(back.now(), directory()));
        prop_assert_eq!(&never.now().provider_changes, &back.now().provider_changes);
    }
}

/// N1: a kit came from one shelf, and who took the contract over tells of it.
#[test]
fn given_a_kit_when_the_contract_moves_then_it_stays_off_the_shelf_it_came_from_and_the_other_one_tells_of_it()
 {
    let mut story = Story::of_an_adult();
    story.episode("2026-01-06", SUNDERLAND);
    let issue = Command::IssueKits {
        service: service(SUNDERLAND),
        kits: vec![crate::story::kit(crate::story::RECALLED)],
        replaces: None,
    };
    story.staff_of(SUNDERLAND, "2026-01-10", issue);
    goes_over(&mut story, "2026-03-01");
    let state = story.state();
    let kits: Vec<Row> = rows(&state, directory())
        .into_iter()
        .filter(|row| row.kind == RowKind::NaloxoneKit)
        .collect();
    assert_eq!(kits.len(), 1, "counted once");
    assert_eq!(
        (&kits[0].service, kits[0].closed_on),
        (&Some(service(SUNDERLAND)), None)
    );

    let moved = ContractMoved {
        contract: ContractId(Uuid::from_u128(0xC0)),
        from_service: service(SUNDERLAND),
        to_service: service(SOUTH_TYNESIDE),
        to_organisation: organisation(SOUTH_TYNESIDE),
        to_kind: ServiceKind::Community,
        on: day("2026-03-01"),
    };
    let mut told = crate::story::directory_events();
    told.push(event(
        EventId(Uuid::from_u128(0xC1)),
        on("2026-02-01"),
        noon(day("2026-02-01")),
        99,
        Origin::Staff,
        organisation(SUNDERLAND),
        moved.into(),
    ));
    let known = Directory::fold(&told);
    let tells = |of: &str, when: &str| known.tells_for(&service(of), day(when));
    assert_eq!(tells(SUNDERLAND, "2026-02-28"), [service(SUNDERLAND)]);
    assert_eq!(tells(SUNDERLAND, "2026-03-01"), []);
    assert_eq!(tells(SOUTH_TYNESIDE, "2026-02-28"), [service(SOUTH_TYNESIDE)]);
    assert_eq!(
        tells(SOUTH_TYNESIDE, "2026-03-01"),
        [service(SOUTH_TYNESIDE), service(SUNDERLAND)]
    );
    let due = |known: &Directory| {
        let open = duties(&story.history, known, day("2026-04-05"), &Deadlines::default());
        let duty = open.into_iter().find(|duty| duty.kind == DutyKind::TellOfRecall);
        duty.and_then(|duty| duty.service)
    };
    assert_eq!(due(&known), Some(service(SOUTH_TYNESIDE)));
    // Negative control: without the move it is for the service that gave the kit.
    assert_eq!(due(directory()), Some(service(SUNDERLAND)));
}

#[test]
fn given_somebody_in_treatment_when_the_contract_moves_then_each_service_counts_them_in_its_own_time() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-01-10", SUNDERLAND);
    story.start("2026-01-10", episode);
    goes_over(&mut story, "2026-03-01");
    let lines = rows(&story.state(), directory());
    let count = |indicator: &str, with: Option<&str>, from: &str, to: &str| {
        let question = Question {
            period: Period {
                from: day(from),
                to: day(to),
            },
            as_of: day("2026-12-31"),
            provider: with.map(|code| Provider::Service(service(code))),
        };
        let lines = lines.iter().map(|row| (PersonId(Uuid::nil()), row));
        count(Indicator::find(indicator).unwrap(), lines, &question).numerator
    };
    let treats = |with, from, to| count("in_treatment", with, from, to);
    assert_eq!(treats(Some(SUNDERLAND), "2026-02-01", "2026-02-28"), 1);
    assert_eq!(treats(Some(SUNDERLAND), "2026-03-01", "2026-03-31"), 0);
    assert_eq!(treats(Some(SOUTH_TYNESIDE), "2026-02-01", "2026-02-28"), 0);
    assert_eq!(treats(Some(SOUTH_TYNESIDE), "2026-03-01", "2026-03-31"), 1);
    assert_eq!(
        treats(None, "2026-02-01", "2026-03-31"),
        1,
        "one person, whoever holds the contract"
    );
    let new = |with| count("new_presentations", with, "2026-01-01", "2026-12-31");
    assert_eq!(
        (new(Some(SUNDERLAND)), new(Some(SOUTH_TYNESIDE)), new(None)),
        (1, 0, 1)
    );
    let referred = |with| count("triaged_in_six_weeks", with, "2026-01-01", "2026-12-31");
    assert_eq!(
        (referred(Some(SUNDERLAND)), referred(Some(SOUTH_TYNESIDE))),
        (1, 0)
    );
}
