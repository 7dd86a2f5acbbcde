//! Properties that hold for every history, however wild.

use crate::story::{POLICE, PRISON_CARE, SUNDERLAND, Story, code, day, directory, event, kit, noon, service};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use throughcare_domain::code::{OrganisationCode, PrisonCode};
use throughcare_domain::command::{Command, Direction, Movement, NewReferral};
use throughcare_domain::continuity::{
    Answer, CareState, PlannedRelease, Reading, ReleaseFacts, assess, percentage, summarise,
};
use throughcare_domain::event::{Origin, RecordedEvent};
use throughcare_domain::fact::*;
use throughcare_domain::id::{EpisodeId, EventId, InterventionId, KitId, PlanId, ReferralId};
use throughcare_domain::journey::journeys;
use throughcare_domain::state::PersonState;
use throughcare_domain::waiting::on_waiting_list;
use throughcare_domain::when::{Occurred, days_between, london_date};
use uuid::Uuid;

/// One of two ids, so that facts of one history meet.
fn few<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1u128..=2).prop_map(|id| T::from(Uuid::from_u128(id)))
}

fn prison() -> impl Strategy<Value = Option<PrisonCode>> {
    select(vec![None, Some("MDI"), Some("LEI")])
        .prop_map(|code| code.map(|code| PrisonCode::parse(code).unwrap()))
}

fn movement_fact() -> impl Strategy<Value = Fact> {
    let effect = select(vec![
        ReleaseEffect::Community,
        ReleaseEffect::Community,
        ReleaseEffect::Died,
        ReleaseEffect::AtLarge,
        ReleaseEffect::RestrictedHospital,
        ReleaseEffect::Unknown,
    ]);
    prop_oneof![
        (prison(), any::<bool>()).prop_map(|(prison, recall)| Received {
            prison,
            reason: code("N"),
            recall
        }
        .into()),
        (prison(), prison()).prop_map(|(from, to)| Transferred { from, to }.into()),
        prison().prop_map(|prison| SentToCourt { prison }.into()),
        prison().prop_map(|prison| ReturnedFromCourt { prison }.into()),
        prison().prop_map(|prison| TemporaryAbsenceStarted {
            prison,
            reason: code("C3")
        }
        .into()),
        prison().prop_map(|prison| TemporaryAbsenceEnded { prison }.into()),
        (prison(), effect).prop_map(|(prison, effect)| {
            Released {
                prison,
                reason: code("CR"),
                effect,
                area: None,
                no_fixed_abode: false,
                referral_on_release: None,
            }
            .into()
        }),
        (few::<EventId>(), any::<Option<bool>>()).prop_map(|(release, no_fixed_abode)| {
            ReleaseDetailsCompleted {
                release,
                area: None,
                no_fixed_abode,
                referral_on_release: None,
            }
            .into()
        }),
    ]
}

fn plan_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        few::<PlanId>().prop_map(|plan| {
            let prison = PrisonCode::parse("MDI").unwrap();
            ReleasePlanned {
                plan,
                prison,
                planned_on: day("2026-02-01"),
                area: None,
                no_fixed_abode: false,
            }
            .into()
        }),
        few::<PlanId>().prop_map(|plan| ReleaseReplanned {
            plan,
            planned_on: day("2026-02-09")
        }
        .into()),
        few::<PlanId>().prop_map(|plan| ReleasePlanCancelled { plan }.into()),
    ]
}

fn referral_fact() -> impl Strategy<Value = Fact> {
    let organisation = || OrganisationCode::parse(SUNDERLAND).unwrap();
    prop_oneof![
        few::<ReferralId>().prop_map(move |referral| {
            ReferralReceived {
                referral,
                source: code("arrest_referral"),
                from_organisation: organisation(),
                from_service: None,
                to_service: service(SUNDERLAND),
                to_organisation: organisation(),
                to_kind: ServiceKind::Community,
                transfer_of: None,
                substances: Vec::new(),
            }
            .into()
        }),
        few::<ReferralId>().prop_map(|referral| ReferralAccepted { referral }.into()),
        few::<ReferralId>().prop_map(|referral| ReferralRejected {
            referral,
            reason: code("other")
        }
        .into()),
        few::<ReferralId>().prop_map(|referral| ReferralWithdrawn {
            referral,
            reason: code("other")
        }
        .into()),
        (few::<ReferralId>(), any::<bool>()).prop_map(|(referral, treatment_needed)| {
            Triaged {
                referral,
                outcome: code("treatment_needed"),
                treatment_needed,
                substances: Vec::new(),
            }
            .into()
        }),
    ]
}

fn care_fact() -> impl Strategy<Value = Fact> {
    let kind = select(vec![ServiceKind::Community, ServiceKind::Prison]);
    let exits = select(vec![
        ("80", ExitOutcome::SuccessfulCompletion),
        ("83", ExitOutcome::Transfer),
        ("85", ExitOutcome::Unplanned),
        ("89", ExitOutcome::Death),
    ]);
    prop_oneof![
        (few::<EpisodeId>(), few::<ReferralId>(), kind).prop_map(|(episode, referral, kind)| {
            let organisation = OrganisationCode::parse(SUNDERLAND).unwrap();
            EpisodeOpened {
                episode,
                service: service(SUNDERLAND),
                organisation,
                kind,
                referral: Some(referral),
            }
            .into()
        }),
        few::<EpisodeId>().prop_map(|episode| PlacedOnWaitingList {
            episode,
            intervention: code("94")
        }
        .into()),
        few::<EpisodeId>().prop_map(|episode| TakenOffWaitingList {
            episode,
            reason: code("other")
        }
        .into()),
        (few::<EpisodeId>(), few::<InterventionId>(), any::<bool>()).prop_map(
            |(episode, intervention, structured)| {
                InterventionStarted {
                    episode,
                    intervention,
                    code: code("94"),
                    structured,
                    setting: code("community"),
                }
                .into()
            }
        ),
        few::<EpisodeId>().prop_map(|episode| ContactRecorded { episode }.into()),
        (few::<EpisodeId>(), few::<InterventionId>()).prop_map(|(episode, intervention)| InterventionEnded {
            episode,
            intervention,
            exit: code("A")
        }
        .into()),
        (few::<EpisodeId>(), exits).prop_map(|(episode, (reason, outcome))| {
            ExitRecorded {
                episode,
                reason: code(reason),
                outcome,
                profile: None,
            }
            .into()
        }),
    ]
}

fn kit_fact() -> impl Strategy<Value = Fact> {
    let pack = || Pack {
        product: code("nyxoid"),
        batch: code("LOT-A1"),
        expires_on: day("2026-02-10"),
        doses: 2,
    };
    prop_oneof![
        few::<KitId>().prop_map(move |kit| {
            KitIssued {
                kit,
                pack: pack(),
                service: service(SUNDERLAND),
                replaces: None,
            }
            .into()
        }),
        few::<KitId>().prop_map(move |kit| {
            let prison = PrisonCode::parse("MDI").unwrap();
            KitPlacedInProperty {
                kit,
                pack: pack(),
                service: service(SUNDERLAND),
                prison,
            }
            .into()
        }),
        few::<KitId>().prop_map(|kit| KitHandedOver { kit }.into()),
        few::<KitId>().prop_map(|kit| {
            KitUsed {
                kit,
                doses: None,
                used_on: UsedOn::Holder,
                outcome: code("survived"),
                place: None,
            }
            .into()
        }),
    ]
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let born = select(vec![None, Some(day("1990-05-17")), Some(day("2026-01-20"))]);
    prop_oneof![
        1 => born.prop_map(|date_of_birth| PersonRegistered { date_of_birth, sex: None, ethnicity: None }.into()),
        6 => movement_fact(),
        1 => plan_fact(),
        3 => referral_fact(),
        6 => care_fact(),
        2 => kit_fact(),
    ]
}

/// Facts over sixty days, by date or by moment, recorded in the order given; ids 1, 2, 3, … so that details of
/// a release can meet it.
fn any_history(most: usize) -> impl Strategy<Value = Vec<RecordedEvent>> {
    vec((0i32..60, proptest::option::of(0i64..1440), any_fact()), 0..most).prop_map(|told| {
        let organisation = OrganisationCode::parse(POLICE).unwrap();
        told.into_iter()
            .zip(1u64..)
            .map(|((days, minute, fact), position)| {
                let on = day("2026-01-01").checked_add(days.days()).unwrap();
                let occurred = minute.map_or(Occurred::On(on), |minute| {
                    let midnight = on.to_zoned(TimeZone::UTC).unwrap().timestamp();
                    Occurred::At(midnight + minute.minutes())
                });
                let recorded = noon(day("2026-03-01"));
                let id = Uuid::from_u128(u128::from(position)).into();
                event(
                    id,
                    occurred,
                    recorded,
                    position,
                    Origin::Machine,
                    organisation.clone(),
                    fact,
                )
            })
            .collect()
    })
}

fn releases(events: &[RecordedEvent]) -> Vec<ReleaseFacts> {
    ReleaseFacts::all(&PersonState::fold(events), directory())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fold_does_not_depend_on_the_order_of_arrival(
        (events, shuffled) in any_history(25).prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
    ) {
        prop_assert_eq!(PersonState::fold(&events), PersonState::fold(&shuffled));
    }

    #[test]
    fn every_history_folds_and_every_question_about_it_has_an_answer(events in any_history(30), as_of in -5i32..120) {
        let as_of = day("2026-01-01").checked_add(as_of.days()).unwrap();
        let state = PersonState::fold(&events);
        let releases = ReleaseFacts::all(&state, directory());
        let summary = summarise(&releases, as_of, &Reading::default());
        for count in [&summary.national, &summary.local] {
            prop_assert!(count.numerator <= count.denominator);
            prop_assert!(count.denominator + count.left_out <= summary.releases);
            prop_assert!(count.percentage.is_none_or(|percent| (0.0..=100.0).contains(&percent)));
            prop_assert_eq!(count.percentage.is_none(), count.denominator == 0);
        }
        for plan in PlannedRelease::all(&state, directory()) {
            plan.missing(as_of);
        }
        for journey in journeys(&state.episodes) {
            prop_assert!(!journey.episodes.is_empty());
            journey.effective(as_of);
            journey.transfer(as_of);
            prop_assert!(journey.completed_on().is_none_or(|on| Some(on) == journey.ended()));
        }
        for referral in &state.referrals {
            let episode = state.episodes.iter().find(|episode| episode.referral == Some(referral.id));
            on_waiting_list(referral, episode, as_of);
        }
    }

    #[test]
    fn journeys_hold_every_episode_once(events in any_history(30)) {
        let state = PersonState::fold(&events);
        let held: usize = journeys(&state.episodes).iter().map(|journey| journey.episodes.len()).sum();
        prop_assert_eq!(held, state.episodes.len());
    }

    /// Day by day, a release only ever moves on: due, not found, and then an end that stays.
    #[test]
    fn windows_are_monotone_in_time(events in any_history(25)) {
        let reading = Reading::default();
        for facts in releases(&events) {
            let mut before = None;
            for days in 0..90 {
                let as_of = facts.released_on.checked_add(days.days()).unwrap();
                let care = assess(&facts, as_of, &reading);
                let stage = match care.state {
                    CareState::NoneDue { .. } | CareState::Due { .. } => 0,
                    CareState::NotFound { .. } => 1,
                    CareState::ReturnedToCustody { .. } | CareState::Died { .. } => 2,
                    CareState::PickedUp { .. } | CareState::Late { .. } => 3,
                };
                let counted = [care.national.in_numerator, care.local.in_numerator].map(|answer| answer == Answer::Yes);
                if let Some((was_stage, was_counted)) = before {
                    prop_assert!(stage >= was_stage, "{stage} after {was_stage} on day {days}: {care:?}");
                    let was_counted: [bool; 2] = was_counted;
                    prop_assert!((0..2).all(|figure| counted[figure] >= was_counted[figure]));
                    // An end stays what it was.
                    prop_assert!(was_stage < 2 || stage == was_stage);
                }
                before = Some((stage, counted));
            }
        }
    }

    /// A longer window never loses a pick-up, and nothing is picked up on a day outside it.
    #[test]
    fn windows_are_monotone_in_length(events in any_history(25), window in 0i32..40, longer in 0i32..40) {
        let short = Reading { window_days: window, ..Reading::default() };
        let long = Reading { window_days: window + longer, ..Reading::default() };
        for facts in releases(&events) {
            let as_of = day("2026-12-31");
            let (a, b) = (assess(&facts, as_of, &short), assess(&facts, as_of, &long));
            if let CareState::PickedUp { day, .. } = a.state {
                let kept = matches!(b.state, CareState::PickedUp { .. });
                prop_assert!(day <= window && kept);
            }
            prop_assert!(b.due_until >= a.due_until);
            prop_assert!(a.national.in_numerator != Answer::Yes || b.national.in_numerator == Answer::Yes);
        }
    }

    #[test]
    fn day_counts_do_not_move_with_the_clocks(start in 0i32..40_000, days in -800i32..800, hour in 0i8..24) {
        let from = Date::constant(1972, 1, 1).checked_add(start.days()).unwrap();
        let to = from.checked_add(days.days()).unwrap();
        prop_assert_eq!(days_between(from, to), days);
        // The same hour of the clock on both days, in whichever of summer and winter they lie.
        let london = TimeZone::get("Europe/London").unwrap();
        let clock = |date: Date| date.at(hour, 30, 0, 0).to_zoned(london.clone()).unwrap().timestamp();
        prop_assert_eq!(days_between(london_date(clock(from)), london_date(clock(to))), days);
    }

    #[test]
    fn a_percentage_lies_within_half_a_tenth(numerator in 0u32.., more in 0u32..1_000_000) {
        let denominator = numerator.saturating_add(more).max(1);
        let exact = f64::from(numerator) * 100.0 / f64::from(denominator);
        let shown = percentage(numerator, denominator).unwrap();
        prop_assert!((shown - exact).abs() <= 0.05 + 1e-9);
    }
}

/// What a member of staff tries next; indexes pick among what there is.
#[derive(Clone, Debug)]
enum Try {
    Move(&'static str, &'static str, bool, &'static str),
    Refer,
    Accept(Index),
    Triage(Index),
    Start(Index),
    Contact(Index),
    Exit(Index, &'static str),
    Plan(i32),
    CancelPlan(Index),
    Issue,
    Place,
    Use(Index),
}

fn any_try() -> impl Strategy<Value = Try> {
    let movements = select(vec![
        ("ADM", "N", true),
        ("ADM", "L", true),
        ("TRN", "NOTR", false),
        ("CRT", "CRT", false),
        ("CRT", "CRT", true),
        ("TAP", "C3", false),
        ("TAP", "C3", true),
        ("REL", "CR", false),
        ("REL", "BL", false),
        ("REL", "UAL", false),
        ("REL", "HO", false),
    ]);
    let any = any::<Index>;
    prop_oneof![
        4 => (movements, select(vec!["MDI", "LEI"])).prop_map(|((kind, reason, inward), prison)| Try::Move(kind, reason, inward, prison)),
        2 => Just(Try::Refer),
        2 => any().prop_map(Try::Accept),
        2 => any().prop_map(Try::Triage),
        2 => any().prop_map(Try::Start),
        1 => any().prop_map(Try::Contact),
        2 => (any(), select(vec!["80", "83", "85", "89"])).prop_map(|(index, reason)| Try::Exit(index, reason)),
        1 => (-5i32..60).prop_map(Try::Plan),
        1 => any().prop_map(Try::CancelPlan),
        1 => Just(Try::Issue),
        1 => Just(Try::Place),
        1 => any().prop_map(Try::Use),
    ]
}

/// The command, when there is something to apply it to.
fn command(attempt: &Try, state: &PersonState, on: Date) -> Option<(&'static str, Command)> {
    fn pick<'a, T>(from: &'a [T], index: &Index) -> Option<&'a T> {
        (!from.is_empty()).then(|| index.get(from))
    }
    let prison = |code| PrisonCode::parse(code).unwrap();
    let referral = |index| pick(&state.referrals, index).map(|found| found.id);
    let episode = |index| pick(&state.episodes, index).map(|found| found.id);
    Some(match attempt {
        Try::Move(kind, reason, inward, at) => (
            PRISON_CARE,
            Command::RecordMovement(Movement {
                movement_type: code(kind),
                reason: code(reason),
                direction: if *inward { Direction::In } else { Direction::Out },
                prison: Some(prison(at)),
                to_prison: (*kind == "TRN").then(|| prison(if *at == "MDI" { "LEI" } else { "MDI" })),
                area: None,
                no_fixed_abode: false,
                referral_on_release: None,
            }),
        ),
        Try::Refer => (
            POLICE,
            Command::Refer(NewReferral {
                source: code("arrest_referral"),
                to_service: service(SUNDERLAND),
                from_service: None,
                transfer_of: None,
                substances: Vec::new(),
            }),
        ),
        Try::Accept(index) => (SUNDERLAND, Command::AcceptReferral(referral(index)?)),
        Try::Triage(index) => {
            let outcome = code("treatment_needed");
            (
                SUNDERLAND,
                Command::Triage {
                    referral: referral(index)?,
                    outcome,
                    substances: Vec::new(),
                },
            )
        }
        Try::Start(index) => {
            let (code, setting) = (code("94"), code("community"));
            (
                SUNDERLAND,
                Command::StartIntervention {
                    episode: episode(index)?,
                    code,
                    setting,
                    within_care_plan: false,
                },
            )
        }
        Try::Contact(index) => (
            SUNDERLAND,
            Command::RecordContact {
                episode: episode(index)?,
            },
        ),
        Try::Exit(index, reason) => (SUNDERLAND, crate::story::exit(episode(index)?, reason, None)),
        Try::Plan(days) => {
            let planned_on = on.checked_add(days.days()).unwrap();
            (
                PRISON_CARE,
                Command::PlanRelease {
                    prison: prison("MDI"),
                    planned_on,
                    area: None,
                    no_fixed_abode: false,
                },
            )
        }
        Try::CancelPlan(index) => (
            PRISON_CARE,
            Command::CancelReleasePlan {
                plan: pick(&state.plans, index)?.id,
            },
        ),
        Try::Issue => {
            let kits = vec![kit("LOT-A1")];
            (
                SUNDERLAND,
                Command::IssueKits {
                    service: service(SUNDERLAND),
                    kits,
                    replaces: None,
                },
            )
        }
        Try::Place => {
            let (service, kits) = (service(PRISON_CARE), vec![kit("LOT-B2")]);
            (
                PRISON_CARE,
                Command::PlaceKitsInProperty {
                    service,
                    prison: prison("MDI"),
                    kits,
                },
            )
        }
        Try::Use(index) => {
            let kit = pick(&state.kits, index)?.id;
            let outcome = code("survived");
            (
                SUNDERLAND,
                Command::UseKit {
                    kit,
                    doses: None,
                    used_on: UsedOn::Holder,
                    outcome,
                    place: None,
                },
            )
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever staff try, on whatever day of two months and in whatever order: what is accepted fits.
    #[test]
    fn what_staff_record_never_leaves_a_conflict(attempts in vec((0i32..60, any_try()), 1..40)) {
        let mut story = Story::of_an_adult();
        story.recorded_on("2026-03-31");
        for (days, attempt) in attempts {
            let on = day("2026-01-01").checked_add(days.days()).unwrap();
            let Some((organisation, command)) = command(&attempt, &story.state(), on) else { continue };
            let accepted = story.ask(Origin::Staff, organisation, Occurred::On(on), command).is_ok();
            let conflicts = story.state().conflicts;
            prop_assert!(conflicts.is_empty(), "accepted: {accepted}, {conflicts:?}");
        }
    }

    /// The same attempts by a machine: nothing is refused for the person's state, and whatever does not fit is
    /// flagged in the decision that made it.
    #[test]
    fn what_machines_send_is_kept_and_flagged(attempts in vec((0i32..60, any_try()), 1..25)) {
        let mut story = Story::of_an_adult();
        story.recorded_on("2026-03-31");
        for (days, attempt) in attempts {
            let on = day("2026-01-01").checked_add(days.days()).unwrap();
            let movement = matches!(attempt, Try::Move(..));
            let Some((organisation, command)) = command(&attempt, &story.state(), on) else { continue };
            let before = story.state().conflicts.len();
            match story.ask(Origin::Machine, organisation, Occurred::On(on), command) {
                Ok(decision) => {
                    let made = story.state().conflicts.len().saturating_sub(before);
                    prop_assert!(decision.flags.len() >= made, "{made} new, flagged {:?}", decision.flags);
                }
                Err(refusal) => prop_assert!(!movement, "{refusal}"),
            }
        }
    }
}
