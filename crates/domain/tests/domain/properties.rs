//! Properties that hold for every history, however wild.

use crate::attempts::{Try, any_attempts, command};
use crate::story::{Story, day, directory};
use crate::wild::any_history;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use proptest::prelude::*;
use std::collections::BTreeSet;
use throughcare_domain::access::{Visibility, brought_in, sight};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::continuity::{
    Answer, CareState, PlannedRelease, Reading, ReleaseFacts, assess, percentage, summarise,
};
use throughcare_domain::event::{Origin, RecordedEvent, Role};
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::journey::journeys;
use throughcare_domain::prescribing::prescribed_twice;
use throughcare_domain::rows::{Row, RowKind, rows};
use throughcare_domain::sharing::{Reason, national_statistics};
use throughcare_domain::state::{Glass, PersonState};
use throughcare_domain::view::Pathway;
use throughcare_domain::view::duties::{Deadlines, duties};
use throughcare_domain::view::prescriptions::Prescribed;
use throughcare_domain::waiting::on_waiting_list;
use throughcare_domain::when::{AsOf, Occurred, days_between, london_date};
use uuid::Uuid;

fn releases(events: &[RecordedEvent]) -> Vec<ReleaseFacts> {
    ReleaseFacts::all(&PersonState::fold(events), directory())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fold_does_not_depend_on_the_order_of_arrival(
        (events, shuffled) in any_history(4, 25).prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
    ) {
        prop_assert_eq!(PersonState::fold(&events), PersonState::fold(&shuffled));
    }

    #[test]
    fn every_history_folds_and_every_question_about_it_has_an_answer(events in any_history(60, 30), as_of in -5i32..120) {
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
        let twice = prescribed_twice(&state);
        for one in &twice {
            prop_assert!(one.over.is_none_or(|over| one.from < over));
            prop_assert_ne!(&one.first.episode.service, &one.second.episode.service);
        }
        let history = History::new(events.clone());
        let shown = Pathway::of(&state, as_of).prescribed_twice;
        prop_assert_eq!(shown.len(), twice.iter().filter(|one| one.is_on(as_of)).count());
        Prescribed::of(&state, as_of);
        duties(&history, directory(), as_of, &Deadlines::default());
        for row in rows(&state, directory()) {
            prop_assert!(row.closed_on.is_none_or(|closed| row.opened_on < closed));
        }
        for referral in &state.referrals {
            prop_assert!(referral.first_received.date() <= referral.received.date());
            state.sent_on_to(referral);
        }
        for referral in &state.referrals {
            let episode = state.episodes.iter().find(|episode| episode.referral == Some(referral.id));
            on_waiting_list(referral, episode, as_of);
        }
    }

    /// What does not fit is on exactly the lists on which it may be, each event once counted, and nothing of what few may
    /// know.
    #[test]
    fn what_does_not_fit_has_a_line_and_what_few_may_know_has_none(events in any_history(60, 30)) {
        let state = PersonState::fold(&events);
        let for_few = |id: Uuid| {
            let event = events.iter().find(|event| event.envelope.id.0 == id).and_then(RecordedEvent::fact);
            event.is_some_and(|fact| {
                fact.event_type().contains("assessment") || matches!(fact, Fact::DrugTested(_))
                    || matches!(fact, Fact::NeedRaised(f) if f.restricted)
            })
        };
        let own_list = ["movement_not_understood", "release_not_understood"];
        let lines: Vec<_> = rows(&state, directory())
            .into_iter()
            .filter(|row| row.kind == RowKind::ConflictToSettle)
            .collect();
        for row in &lines {
            prop_assert!(!for_few(row.id));
            prop_assert!(row.service.is_some(), "the directory has a partnership");
            prop_assert!(row.due().is_some());
            prop_assert!(state.conflicts.iter().any(|one| one.event.0 == row.id));
        }
        for one in state.conflicts.iter().filter(|one| !own_list.contains(&one.code)) {
            let about = |row: &&Row| row.id == one.event.0 && row.primary;
            let of = one.of.as_ref().unwrap();
            let expected = usize::from(!of.for_few);
            // Two when a contract moved: one until then, one from then on.
            let found: Vec<_> = lines.iter().filter(about).collect();
            prop_assert_eq!(found.len().min(1), expected);
            for day in (0..60).map(|days| day("2026-01-01") + days.days()) {
                prop_assert!(found.iter().filter(|row| row.is_on_list(day)).count() <= 1);
            }
            prop_assert!(!for_few(one.event.0) || of.for_few);
        }
    }

    /// Refusing never blocks treatment, and nothing local is counted otherwise (`cases.md` S1): what is said about
    /// the use of data moves nothing but what is known of it.
    #[test]
    fn what_is_said_about_the_use_of_data_moves_nothing_else(events in any_history(60, 30)) {
        let is_sharing = |event: &&RecordedEvent| event.fact().is_some_and(|fact| fact.event_type().starts_with("sharing."));
        let spoken_of: Vec<_> = events.iter().filter(is_sharing).map(|event| event.envelope.id).collect();
        let with = PersonState::fold(&events);
        let without = PersonState::fold(events.iter().filter(|event| !is_sharing(event)));
        // But for lists that tell of the rest of the record to those alone who see it: what they say follows from who
        // does. That a line of what does not fit is there does not, but for lines about what the person said.
        let by_sight = [
            RowKind::OutreachContact,
            RowKind::ConflictToSettle,
            RowKind::SightWidened,
            RowKind::GlassBroken,
            RowKind::VisibleTo,
        ];
        let local = |state: &PersonState| {
            let lines = rows(state, directory()).into_iter();
            lines.filter(|line| !by_sight.contains(&line.kind)).collect::<Vec<_>>()
        };
        let not_fitting = |state: &PersonState| {
            let lines = rows(state, directory()).into_iter();
            lines
                .filter(|line| line.kind == RowKind::ConflictToSettle)
                .filter(|line| !spoken_of.iter().any(|event| event.0 == line.id))
                .map(|line| (line.id, line.service, line.opened_on, line.closed_on))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(not_fitting(&with), not_fitting(&without));
        prop_assert_eq!(local(&with), local(&without));
        let moved = PersonState {
            sharing: Default::default(),
            sight: Default::default(),
            conflicts: with.conflicts.iter().filter(|one| !spoken_of.contains(&one.event)).cloned().collect(),
            voided: Vec::new(),
            ..with
        };
        prop_assert_eq!(moved, PersonState { voided: Vec::new(), ..without });
    }

    /// On every day there is one ruling, by what that day knew: a later event never changes an earlier day's.
    #[test]
    fn a_ruling_of_a_day_rests_on_what_was_true_by_then(events in any_history(40, 25), as_of in 0i32..45) {
        let as_of = day("2026-01-01").checked_add(as_of.days()).unwrap();
        let history = History::new(events);
        let cut = history.state(Some(AsOf::EndOf(as_of)), None);
        let ruling = national_statistics(history.now(), as_of);
        prop_assert_eq!(ruling.included, ruling.grounds.iter().all(|ground| ground.reason == Reason::Consented));
        prop_assert!(!ruling.grounds.is_empty());
        prop_assert_eq!(national_statistics(&cut, as_of), ruling);
    }

    #[test]
    fn journeys_hold_every_episode_once(events in any_history(60, 30)) {
        let state = PersonState::fold(&events);
        let held: usize = journeys(&state.episodes).iter().map(|journey| journey.episodes.len()).sum();
        prop_assert_eq!(held, state.episodes.len());
    }

    /// Day by day, a release only ever moves on: due, not found, and then an end that stays.
    #[test]
    fn windows_are_monotone_in_time(events in any_history(60, 25)) {
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
    fn windows_are_monotone_in_length(events in any_history(60, 25), window in 0i32..40, longer in 0i32..40) {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever staff try, on whatever day and in whatever order: what is accepted fits.
    #[test]
    fn what_staff_record_never_leaves_a_conflict(attempts in any_attempts(60)) {
        let mut story = Story::of_an_adult();
        story.recorded_on("2026-07-31");
        for (on, attempt) in attempts {
            let Some((organisation, command)) = command(&attempt, &story.state(), on) else { continue };
            let accepted = story.ask(Origin::Staff, organisation, Occurred::On(on), command).is_ok();
            let conflicts = story.state().conflicts;
            prop_assert!(conflicts.is_empty(), "accepted: {accepted}, {conflicts:?}");
        }
    }

    /// The same attempts by a machine: nothing is refused for the person's state, and whatever does not fit is
    /// flagged in the decision that made it.
    #[test]
    fn what_machines_send_is_kept_and_flagged(attempts in any_attempts(40)) {
        let mut story = Story::of_an_adult();
        story.recorded_on("2026-07-31");
        for (on, attempt) in attempts {
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

    /// The database's net is never narrower than the rules: whoever sees anything of a record is told of to the
    /// database by one of its facts.
    #[test]
    fn whoever_sees_anything_of_a_record_is_concerned_by_it(events in any_history(60, 40), later in 0i32..90) {
        let today = day("2026-01-01").checked_add(later.days()).unwrap();
        let concerned: BTreeSet<OrganisationCode> = events
            .iter()
            .flat_map(|event| {
                let brought = event.fact().map(brought_in).unwrap_or_default().into_iter().cloned();
                brought.chain([event.envelope.actor.organisation.clone()]).collect::<Vec<_>>()
            })
            .collect();
        let history = History::new(events);
        for (organisation, _) in directory().organisations() {
            for role in Role::ALL.into_iter().filter(|role| *role != Role::Auditor) {
                let (seen, _) = sight(&history, organisation, role, today);
                prop_assert!(seen == Visibility::None || concerned.contains(organisation), "{organisation} {role:?}");
            }
            let glass = |glass: &Glass| glass.organisation == *organisation;
            prop_assert!(!history.now().sight.glasses.iter().any(glass) || concerned.contains(organisation));
            let asked = history.now().referrals.iter().any(|one| {
                one.from_organisation == *organisation || history.now().responsible(&one.to_service, &one.to_organisation) == organisation
            });
            prop_assert!(!asked || concerned.contains(organisation), "{organisation} stands on a side of a referral");
        }
    }
}
