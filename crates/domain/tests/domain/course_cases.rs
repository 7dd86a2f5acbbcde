//! The course of treatment: case W1, holds, prescriptions bridged, care plans, key workers; referrals sent on.

use crate::story::{
    PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory, exit, on, reception, release,
    service,
};
use throughcare_domain::code::UserName;
use throughcare_domain::command::{AppointmentCommand, Command, CourseStep, NewAppointment, PlanTold};
use throughcare_domain::continuity::{Missing, PlannedRelease};
use throughcare_domain::event::Origin;
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::id::{EpisodeId, InterventionId, ReferralId};
use throughcare_domain::rows::{Row, RowDetail, RowKind, rows};
use throughcare_domain::state::ReferralStatus;
use throughcare_domain::waiting::{WaitingBand, days_waited};

fn step(episode: EpisodeId, step: CourseStep) -> Command {
    Command::Course { episode, step }
}

fn refer_to(episode: EpisodeId, to: &str) -> Command {
    step(
        episode,
        CourseStep::ReferTo {
            code: code(to),
            setting: code("community"),
        },
    )
}

fn first_for(episode: EpisodeId, intervention: InterventionId, on_day: &str) -> Command {
    step(
        episode,
        CourseStep::OfferFirstAppointment {
            intervention,
            offered_for: day(on_day),
        },
    )
}

fn start_referred(episode: EpisodeId, intervention: InterventionId) -> Command {
    step(
        episode,
        CourseStep::StartReferred {
            intervention,
            setting: None,
            within_care_plan: false,
        },
    )
}

fn lines(story: &Story, kind: RowKind) -> Vec<Row> {
    let all = rows(&story.state(), directory()).into_iter();
    all.filter(|row| row.kind == kind).collect()
}

/// W1: referred to the intervention 1 April, first appointment offered for 20 April, not attended, attended 10 May:
/// waited 19 days.
#[test]
fn w1_the_wait_ends_with_the_first_appointment_offered_whoever_comes_to_it() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let referred: InterventionId = story.staff("2026-04-01", refer_to(episode, "94")).created[0].into();
    let offer = |at: &str| {
        Command::Appointment(AppointmentCommand::Offer(NewAppointment {
            about: AppointmentFor::Episode(episode),
            intervention: Some(referred),
            starts_at: at.parse().unwrap(),
            kind: code("first_intervention"),
        }))
    };
    let first = story.staff("2026-04-03", offer("2026-04-20T09:00:00Z"));
    let missed = Command::Appointment(AppointmentCommand::Miss {
        appointment: first.created[0].into(),
        reason: code("forgot"),
    });
    story.staff("2026-04-20", missed);
    let second = story.staff("2026-04-22", offer("2026-05-10T09:00:00Z"));
    let came = AppointmentCommand::Attend(second.created[0].into());
    story.staff("2026-05-10", Command::Appointment(came));
    story.staff("2026-05-10", start_referred(episode, referred));

    let state = story.state();
    let one = &state.episodes[0].referred[0];
    let (_, offered_for) = one.first_offered.unwrap();
    let waited = days_waited(one.referred.date(), offered_for);
    assert_eq!(waited, Some(19));
    assert_eq!(waited.map(WaitingBand::of), Some(WaitingBand::UpToThreeWeeks));
    assert_eq!(one.started.map(|at| at.date()), Some(day("2026-05-10")));
    assert_eq!(
        state.episodes[0].interventions[0].id, referred,
        "one intervention"
    );

    let RowDetail::Waiting(line) = lines(&story, RowKind::Waiting).remove(0).detail else {
        panic!()
    };
    assert_eq!(line.referred_on, Some(day("2026-04-01")));
    assert_eq!(line.first_appointment.unwrap().offered_for, day("2026-04-20"));
}

#[test]
fn w1_an_appointment_kept_elsewhere_is_told_by_its_day() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let referred: InterventionId = story.staff("2026-04-01", refer_to(episode, "94")).created[0].into();
    assert_eq!(
        story.refused(
            SUNDERLAND,
            "2026-04-03",
            first_for(episode, referred, "2026-04-02")
        ),
        ["appointment_in_the_past"]
    );
    story.staff("2026-04-03", first_for(episode, referred, "2026-04-20"));
    assert_eq!(
        story.refused(
            SUNDERLAND,
            "2026-04-04",
            first_for(episode, referred, "2026-04-10")
        ),
        ["first_appointment_already_offered"]
    );
    let unknown = InterventionId(uuid::Uuid::from_u128(9));
    assert_eq!(
        story.refused(
            SUNDERLAND,
            "2026-04-04",
            first_for(episode, unknown, "2026-04-10")
        ),
        ["before_intervention_referral"]
    );
}

#[test]
fn a_referred_intervention_starts_once_and_not_before_the_referral() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let referred: InterventionId = story.staff("2026-04-05", refer_to(episode, "95")).created[0].into();
    let early = story.refused(SUNDERLAND, "2026-04-04", start_referred(episode, referred));
    assert!(early.contains(&"start_before_referral"), "{early:?}");
    story.staff("2026-04-06", start_referred(episode, referred));
    let state = story.state();
    let started = &state.episodes[0].interventions[0];
    assert_eq!(
        (started.code.clone(), started.setting.clone(), started.structured),
        (code("95"), code("community"), true)
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-07", start_referred(episode, referred)),
        ["intervention_already_started"]
    );
    let unknown = InterventionId(uuid::Uuid::from_u128(9));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-07", start_referred(episode, unknown)),
        ["unknown_intervention"]
    );
}

#[test]
fn a_review_names_what_the_intervention_consists_of() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let intervention = story.start("2026-04-02", episode);
    let review = |components: &[&str]| {
        step(
            episode,
            CourseStep::Review {
                intervention,
                components: components.iter().map(|text| code(text)).collect(),
            },
        )
    };
    story.staff("2026-06-25", review(&["PHMAIN", "PHSTBL"]));
    assert_eq!(story.state().episodes[0].interventions[0].reviews.len(), 1);
    for (components, refusal) in [
        (&["PSYMOTI"][..], "component_of_another_intervention"),
        (&["PHMAIN", "PHMAIN"], "repeated"),
        (&["PHNOBODY"], "unknown_code"),
        (&[], "out_of_range"),
    ] {
        assert_eq!(
            story.refused(SUNDERLAND, "2026-06-26", review(components)),
            [refusal]
        );
    }
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-01", review(&["PHMAIN"])),
        ["review_before_start"]
    );
    assert_eq!(
        story.machine(on("2026-06-27"), review(&["PSYMOTI"])),
        ["component_of_another_intervention"]
    );
}

#[test]
fn a_hold_is_put_on_once_and_resumed_once_and_nothing_starts_in_it() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let hold = || {
        step(
            episode,
            CourseStep::Hold {
                reason: code("in_hospital"),
            },
        )
    };
    let resume = || step(episode, CourseStep::Resume);
    assert_eq!(story.refused(SUNDERLAND, "2026-04-05", resume()), ["not_on_hold"]);
    story.staff("2026-04-05", hold());
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-06", hold()),
        ["already_on_hold"]
    );
    let start = Command::StartIntervention {
        episode,
        code: code("94"),
        setting: code("community"),
        within_care_plan: false,
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-07", start.clone()),
        ["on_hold"]
    );
    let RowDetail::Episode(line) = lines(&story, RowKind::Caseload).remove(0).detail else {
        panic!()
    };
    assert_eq!(
        (line.on_hold_since, line.hold_reason),
        (Some(day("2026-04-05")), Some(code("in_hospital")))
    );
    assert_eq!(story.machine(on("2026-04-07"), start.clone()), ["on_hold"]);
    story.staff("2026-04-10", resume());
    assert_eq!(story.refused(SUNDERLAND, "2026-04-11", resume()), ["not_on_hold"]);
    story.staff("2026-04-10", start);
    story.staff("2026-04-20", hold());
    story.staff("2026-04-22", exit(episode, "85", None));
    assert!(story.state().episodes[0].on_hold().is_none(), "the exit ends it");
}

/// A day away, told without times, is a hold and its end, whichever of them is told first.
#[test]
fn a_hold_and_its_end_told_without_times_on_one_day_take_turns() {
    let hold = |episode| {
        step(
            episode,
            CourseStep::Hold {
                reason: code("in_hospital"),
            },
        )
    };
    let resume = |episode| step(episode, CourseStep::Resume);
    let opened = || {
        let mut story = Story::of_an_adult();
        let episode = story.episode("2026-04-01", SUNDERLAND);
        (story, episode)
    };
    let holds = |story: &Story| story.state().episodes[0].holds.len();
    // In the order in which it happened.
    let (mut story, episode) = opened();
    story.staff("2026-04-05", hold(episode));
    story.staff("2026-04-05", resume(episode));
    assert!(story.state().episodes[0].on_hold().is_none());
    story.staff("2026-04-05", hold(episode));
    story.staff("2026-04-05", resume(episode));
    assert_eq!(holds(&story), 2);
    assert!(story.state().conflicts.is_empty());
    // More ends than holds do not fit.
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-05", resume(episode)),
        ["not_on_hold"]
    );
    // By machines in the other order: the later message makes the earlier one fit.
    let (mut story, episode) = opened();
    assert_eq!(story.machine(on("2026-04-05"), resume(episode)), ["not_on_hold"]);
    assert_eq!(story.machine(on("2026-04-05"), hold(episode)), Vec::<&str>::new());
    assert!(story.state().conflicts.is_empty());
    assert!(story.state().episodes[0].on_hold().is_none());
    // On hold when the day begins, it goes on and rests again.
    let (mut story, episode) = opened();
    story.staff("2026-04-03", hold(episode));
    story.staff("2026-04-05", resume(episode));
    story.staff("2026-04-05", hold(episode));
    let state = story.state();
    assert_eq!(
        (
            state.episodes[0].holds.len(),
            state.episodes[0].on_hold().is_some()
        ),
        (2, true)
    );
    // The end of one episode does not wait for the hold of another.
    let other = story.episode("2026-04-04", SOUTH_TYNESIDE);
    assert_eq!(
        story.refused(SOUTH_TYNESIDE, "2026-04-05", resume(other)),
        ["not_on_hold"]
    );
}

#[test]
fn a_care_plan_is_agreed_once_and_then_revised() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let told = |goals: &[&str], review_on: &str| PlanTold {
        goals: goals.iter().map(|text| code(text)).collect(),
        review_on: day(review_on),
    };
    let agree = |plan| step(episode, CourseStep::AgreeCarePlan(plan));
    let revise = |plan| step(episode, CourseStep::ReviseCarePlan(plan));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-05", revise(told(&["housing"], "2026-07-01"))),
        ["no_care_plan"]
    );
    for (plan, refusal) in [
        (told(&["housing"], "2026-04-05"), "review_not_after_plan"),
        (told(&[], "2026-07-01"), "out_of_range"),
        (told(&["housing", "housing"], "2026-07-01"), "repeated"),
        (told(&["happiness"], "2026-07-01"), "unknown_code"),
    ] {
        assert_eq!(story.refused(SUNDERLAND, "2026-04-05", agree(plan)), [refusal]);
    }
    story.staff("2026-04-05", agree(told(&["housing"], "2026-07-01")));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-06", agree(told(&["family"], "2026-07-01"))),
        ["care_plan_already_agreed"]
    );
    story.staff("2026-06-28", revise(told(&["family", "housing"], "2026-10-01")));
    let state = story.state();
    let plan = state.episodes[0].care_plan().unwrap();
    assert_eq!((plan.goals.len(), plan.review_on), (2, day("2026-10-01")));
}

#[test]
fn the_last_key_worker_is_the_one() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-04-01", SUNDERLAND);
    let assign = |name: &str| {
        step(
            episode,
            CourseStep::AssignKeyWorker(UserName::parse(name).unwrap()),
        )
    };
    story.staff("2026-04-02", assign("j.smith"));
    story.staff("2026-05-02", assign("a.jones@recovery"));
    let RowDetail::Episode(line) = lines(&story, RowKind::Caseload).remove(0).detail else {
        panic!()
    };
    assert_eq!(line.key_worker.unwrap().as_str(), "a.jones@recovery");
    for name in ["", "Jo Smith", "jo\nsmith", &"x".repeat(101)] {
        assert!(
            UserName::parse(name).is_err(),
            "{name:?} has room for a person's name"
        );
    }
}

fn bridge(episode: EpisodeId, to: Option<&str>, from: &str, until: &str) -> Command {
    step(
        episode,
        CourseStep::BridgePrescription {
            to_service: to.map(service),
            medicine: code("methadone"),
            from: day(from),
            until: day(until),
        },
    )
}

/// In Moorland from 5 January, prescribed for there from the 10th.
fn prescribed_in_prison() -> (Story, EpisodeId) {
    let mut story = Story::of_an_adult();
    story.moves("2026-01-05", reception("MDI"));
    let episode = story.episode("2026-01-06", PRISON_CARE);
    story.start("2026-01-10", episode);
    (story, episode)
}

#[test]
fn who_was_prescribed_for_in_prison_leaves_with_a_prescription_or_the_line_says_so() {
    let (mut story, episode) = prescribed_in_prison();
    let lacks = |story: &Story, on_day: &str| {
        let care = story.care(on_day);
        care.missing.contains(&Missing::BridgingPrescription)
    };
    story.exit("2026-03-01", episode, "83");
    story.moves("2026-03-01", release("CR", "MDI"));
    assert!(lacks(&story, "2026-03-02"));
    assert!(!lacks(&story, "2026-03-23"), "it would help nobody any more");
    story.staff(
        "2026-02-28",
        bridge(episode, Some(SUNDERLAND), "2026-03-01", "2026-03-14"),
    );
    assert!(!lacks(&story, "2026-03-02"));
    let line = lines(&story, RowKind::PrescriptionToTakeOver).remove(0);
    assert_eq!(line.service, Some(service(SUNDERLAND)));
    let next = story.episode("2026-03-05", SUNDERLAND);
    story.start("2026-03-06", next);
    let line = lines(&story, RowKind::PrescriptionToTakeOver).remove(0);
    assert_eq!(line.closed_on, Some(day("2026-03-06")));
}

#[test]
fn who_was_not_prescribed_for_lacks_no_prescription() {
    let story = Story::released_on_1_march("83");
    let care = story.care("2026-03-02");
    assert!(!care.missing.contains(&Missing::BridgingPrescription));
}

#[test]
fn a_planned_release_says_that_the_prescription_is_missing() {
    let (mut story, episode) = prescribed_in_prison();
    let plan = Command::PlanRelease {
        prison: throughcare_domain::code::PrisonCode::parse("MDI").unwrap(),
        planned_on: day("2026-03-01"),
        area: None,
        no_fixed_abode: true,
    };
    story.staff("2026-02-01", plan);
    let missing = |story: &Story| {
        let plan = PlannedRelease::all(&story.state(), directory()).remove(0);
        plan.missing(day("2026-02-20"))
    };
    assert!(missing(&story).contains(&Missing::BridgingPrescription));
    story.staff("2026-02-15", bridge(episode, None, "2026-03-01", "2026-03-14"));
    assert!(!missing(&story).contains(&Missing::BridgingPrescription));
}

/// Nobody is named: the service to which the episode is handed over, or the one for the residence, has it to do.
#[test]
fn a_prescription_for_nobody_in_particular_is_taken_over_by_who_is_responsible() {
    let (mut story, episode) = prescribed_in_prison();
    story.staff("2026-02-15", bridge(episode, None, "2026-03-01", "2026-03-14"));
    let owners = |story: &Story| -> Vec<String> {
        let all = lines(story, RowKind::PrescriptionToTakeOver).into_iter();
        all.filter_map(|row| row.service)
            .map(|code| code.to_string())
            .collect()
    };
    assert_eq!(
        owners(&story),
        ["north-partnership"],
        "nobody knows where they live"
    );
    let handed_over = Command::Refer(throughcare_domain::command::NewReferral {
        source: code("prison"),
        to_service: service(SUNDERLAND),
        from_service: None,
        transfer_of: Some(episode),
        substances: Vec::new(),
    });
    story.staff("2026-02-16", handed_over);
    assert_eq!(owners(&story), [SUNDERLAND]);
}

#[test]
fn a_prescription_has_an_end_after_its_beginning_and_is_for_somebody_else() {
    let (mut story, episode) = prescribed_in_prison();
    assert_eq!(
        story.refused(
            PRISON_CARE,
            "2026-02-15",
            bridge(episode, None, "2026-03-14", "2026-03-01")
        ),
        ["ends_before_it_begins"]
    );
    assert_eq!(
        story.refused(
            PRISON_CARE,
            "2026-02-15",
            bridge(episode, Some(PRISON_CARE), "2026-03-01", "2026-03-14")
        ),
        ["same_service"]
    );
    assert_eq!(
        story.refused(
            PRISON_CARE,
            "2026-02-15",
            bridge(episode, Some("nobody"), "2026-03-01", "2026-03-14")
        ),
        ["unknown_service"]
    );
}

fn send_on(referral: ReferralId, to: &str) -> Command {
    Command::SendReferralOn {
        referral,
        to_service: service(to),
        source: None,
    }
}

#[test]
fn a_referral_sent_on_becomes_one_to_the_next_service_and_keeps_what_was_told_with_it() {
    let mut story = Story::of_an_adult();
    let first = story.refer("2026-03-01", SUNDERLAND);
    let decision = story
        .ask(
            Origin::Staff,
            SUNDERLAND,
            on("2026-03-10"),
            send_on(first, SOUTH_TYNESIDE),
        )
        .unwrap();
    let onward: ReferralId = decision.created[0].into();
    let state = story.state();
    let (old, new) = (state.referral(first).unwrap(), state.referral(onward).unwrap());
    assert_eq!(old.status(), ReferralStatus::SentOn);
    assert_eq!(state.sent_on_to(old).map(|one| one.id), Some(onward));
    assert_eq!(new.status(), ReferralStatus::Received);
    assert_eq!(
        (
            new.to_service.clone(),
            new.from_service.clone(),
            new.source.clone()
        ),
        (
            service(SOUTH_TYNESIDE),
            Some(service(SUNDERLAND)),
            code("arrest_referral")
        )
    );
    assert_eq!(
        (new.onward_of, new.first_received.date()),
        (Some(first), day("2026-03-01"))
    );
    let acting: Vec<_> = lines(&story, RowKind::ReferralToActOn)
        .into_iter()
        .filter(|row| row.is_on_list(day("2026-03-10")))
        .filter_map(|row| row.service)
        .collect();
    assert_eq!(acting, [service(SOUTH_TYNESIDE)]);
}

/// Own reading: the six weeks count from the first referral.
#[test]
fn triage_is_due_six_weeks_after_the_first_referral() {
    let mut story = Story::of_an_adult();
    let first = story.refer("2026-03-01", SUNDERLAND);
    let onward: ReferralId = story.staff("2026-03-10", send_on(first, SOUTH_TYNESIDE)).created[0].into();
    story.accept("2026-03-12", onward);
    let RowDetail::Triage(line) = lines(&story, RowKind::TriageDue).remove(0).detail else {
        panic!()
    };
    assert_eq!(
        (line.received_on, line.first_referred_on, line.due_on),
        (day("2026-03-10"), Some(day("2026-03-01")), day("2026-04-12"))
    );
}

#[test]
fn a_referral_is_sent_on_before_triage_and_to_another_service() {
    let mut story = Story::of_an_adult();
    let first = story.refer("2026-03-01", SUNDERLAND);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-02", send_on(first, SUNDERLAND)),
        ["same_service"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-02", send_on(first, "nobody")),
        ["unknown_service"]
    );
    story.accept("2026-03-03", first);
    story.staff("2026-03-04", send_on(first, SOUTH_TYNESIDE));
    for again in [send_on(first, SOUTH_TYNESIDE), Command::AcceptReferral(first)] {
        assert_eq!(
            story.refused(SUNDERLAND, "2026-03-05", again),
            ["referral_already_decided"]
        );
    }
    let mut triaged = Story::of_an_adult();
    let referral = triaged.refer("2026-03-01", SUNDERLAND);
    triaged
        .accept("2026-03-02", referral)
        .triage("2026-03-03", referral);
    assert_eq!(
        triaged.refused(SUNDERLAND, "2026-03-04", send_on(referral, SOUTH_TYNESIDE)),
        ["referral_already_decided"]
    );
}

/// Sent on twice: the first sender sees the last service, and the clock still counts from the first referral.
#[test]
fn a_referral_sent_on_twice_is_followed_to_its_end() {
    let mut story = Story::of_an_adult();
    let first = story.refer("2026-03-01", SUNDERLAND);
    let second: ReferralId = story.staff("2026-03-04", send_on(first, SOUTH_TYNESIDE)).created[0].into();
    let third: ReferralId = story.staff("2026-03-08", send_on(second, PRISON_CARE)).created[0].into();
    story.accept("2026-03-09", third);
    let state = story.state();
    let last = state.sent_on_to(state.referral(first).unwrap()).unwrap();
    assert_eq!((last.id, last.status()), (third, ReferralStatus::Accepted));
    assert_eq!(last.first_received.date(), day("2026-03-01"));
}
