//! Appointments: offered, moved, attended, missed and offered again, cancelled.

use crate::story::{PRISON_CARE, SUNDERLAND, Story, at, code, day, directory, exit, on};
use throughcare_domain::command::{AppointmentCommand, Command, NewAppointment};
use throughcare_domain::event::Origin;
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::id::{AppointmentId, ReferralId};
use throughcare_domain::rows::{Row, RowKind, rows};
use throughcare_domain::state::ReferralStatus;

fn offer_at(about: AppointmentFor, starts_at: &str) -> Command {
    Command::Appointment(AppointmentCommand::Offer(NewAppointment {
        about,
        intervention: None,
        starts_at: starts_at.parse().unwrap(),
        kind: code("triage"),
    }))
}

fn offer(referral: ReferralId, starts_at: &str) -> Command {
    offer_at(AppointmentFor::Referral(referral), starts_at)
}

fn attend(appointment: AppointmentId) -> Command {
    Command::Appointment(AppointmentCommand::Attend(appointment))
}

fn miss(appointment: AppointmentId) -> Command {
    Command::Appointment(AppointmentCommand::Miss {
        appointment,
        reason: code("forgot"),
    })
}

fn cancel(appointment: AppointmentId) -> Command {
    Command::Appointment(AppointmentCommand::Cancel {
        appointment,
        by: code("person"),
    })
}

fn to(appointment: AppointmentId, starts_at: &str) -> Command {
    Command::Appointment(AppointmentCommand::Move {
        appointment,
        starts_at: starts_at.parse().unwrap(),
    })
}

/// A referral of 1 March, accepted on the 3rd.
fn accepted() -> (Story, ReferralId) {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-01", SUNDERLAND);
    story.accept("2026-03-03", referral);
    (story, referral)
}

/// The same with a triage appointment on 10 March at ten.
fn offered() -> (Story, ReferralId, AppointmentId) {
    let (mut story, referral) = accepted();
    let decision = story.staff("2026-03-05", offer(referral, "2026-03-10T10:00:00Z"));
    (story, referral, decision.created[0].into())
}

fn on_list(story: &Story, kind: RowKind, on_day: &str) -> Vec<Row> {
    let lines = rows(&story.state(), directory()).into_iter();
    lines
        .filter(|row| row.kind == kind && row.is_on_list(day(on_day)))
        .collect()
}

#[test]
fn an_appointment_attended_does_not_triage() {
    let (mut story, referral, appointment) = offered();
    assert_eq!(on_list(&story, RowKind::AppointmentToCome, "2026-03-05").len(), 1);
    story.staff("2026-03-10", attend(appointment));
    let state = story.state();
    assert_eq!(state.appointment(appointment).unwrap().status(), "attended");
    assert_eq!(
        state.referral(referral).unwrap().status(),
        ReferralStatus::Accepted
    );
    assert!(on_list(&story, RowKind::AppointmentToCome, "2026-03-10").is_empty());
    assert_eq!(on_list(&story, RowKind::TriageDue, "2026-03-10").len(), 1);
}

#[test]
fn nobody_comes_or_stays_away_before_it_starts() {
    let (mut story, _, appointment) = offered();
    for early in [attend(appointment), miss(appointment)] {
        assert_eq!(
            story.refused(SUNDERLAND, "2026-03-09", early),
            ["before_it_starts"]
        );
    }
    let staff = |story: &mut Story, at_time: &str, command| {
        story
            .ask(Origin::Staff, SUNDERLAND, at(at_time), command)
            .map_err(|refusal| refusal.0.as_slice()[0].code)
    };
    let miss_early = staff(&mut story, "2026-03-10T09:59:00Z", miss(appointment));
    assert_eq!(miss_early.unwrap_err(), "before_it_starts");
    let come_early = staff(&mut story, "2026-03-10T08:59:00Z", attend(appointment));
    assert_eq!(come_early.unwrap_err(), "before_it_starts");
    staff(&mut story, "2026-03-10T09:40:00Z", attend(appointment)).expect("people come early");
}

#[test]
fn it_is_attended_or_missed_once_and_moved_only_while_it_is_open() {
    for close in [attend, miss, cancel] {
        let (mut story, _, appointment) = offered();
        story.staff("2026-03-10", close(appointment));
        for again in [
            attend(appointment),
            miss(appointment),
            cancel(appointment),
            to(appointment, "2026-03-20T10:00:00Z"),
        ] {
            assert_eq!(
                story.refused(SUNDERLAND, "2026-03-11", again),
                ["appointment_over"]
            );
        }
    }
}

#[test]
fn a_moved_appointment_counts_from_its_new_time() {
    let (mut story, _, appointment) = offered();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-08", to(appointment, "2026-03-07T10:00:00Z")),
        ["appointment_in_the_past"]
    );
    story.staff("2026-03-08", to(appointment, "2026-03-17T10:00:00Z"));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-10", attend(appointment)),
        ["before_it_starts"]
    );
    story.staff("2026-03-17", attend(appointment));
    let state = story.state();
    let one = state.appointment(appointment).unwrap();
    assert_eq!((one.starts_on(), one.moves.len()), (day("2026-03-17"), 1));
}

#[test]
fn an_offer_rests_on_a_referral_that_goes_on() {
    let (mut story, referral) = accepted();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-02-28", offer(referral, "2026-03-10T10:00:00Z")),
        ["before_referral"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", offer(referral, "2026-03-04T10:00:00Z")),
        ["appointment_in_the_past"]
    );
    let withdraw = Command::WithdrawReferral {
        referral,
        reason: code("moved_away"),
    };
    story.staff("2026-03-07", withdraw);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-08", offer(referral, "2026-03-10T10:00:00Z")),
        ["care_ended"]
    );
    story.staff("2026-03-06", offer(referral, "2026-03-10T10:00:00Z"));
    assert!(
        on_list(&story, RowKind::AppointmentToCome, "2026-03-07").is_empty(),
        "nothing is to come of a referral that was taken back"
    );
    assert_eq!(on_list(&story, RowKind::AppointmentToCome, "2026-03-06").len(), 1);
}

#[test]
fn an_offer_in_an_episode_ends_with_it() {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-03-01", SUNDERLAND);
    let about = AppointmentFor::Episode(episode);
    story.staff("2026-03-02", offer_at(about, "2026-03-20T10:00:00Z"));
    story.staff("2026-03-10", exit(episode, "85", None));
    assert!(on_list(&story, RowKind::AppointmentToCome, "2026-03-10").is_empty());
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-11", offer_at(about, "2026-03-20T10:00:00Z")),
        ["care_ended"]
    );
}

#[test]
fn a_missed_appointment_is_on_its_list_until_another_is_offered() {
    let (mut story, referral, appointment) = offered();
    story.staff("2026-03-10", miss(appointment));
    let line = on_list(&story, RowKind::AppointmentMissed, "2026-03-12").remove(0);
    assert_eq!(
        (line.id, line.service.unwrap().as_str().to_owned()),
        (appointment.0, SUNDERLAND.to_owned())
    );
    story.staff("2026-03-12", offer(referral, "2026-03-16T10:00:00Z"));
    assert!(on_list(&story, RowKind::AppointmentMissed, "2026-03-12").is_empty());
    assert_eq!(on_list(&story, RowKind::AppointmentMissed, "2026-03-11").len(), 1);
}

/// What was offered on the same day, for an earlier time, is no new offer.
#[test]
fn only_a_later_time_is_another_offer() {
    let (mut story, referral, _) = offered();
    let later = story.staff("2026-03-05", offer(referral, "2026-03-12T15:00:00Z"));
    story.staff("2026-03-12", offer(referral, "2026-03-12T11:00:00Z"));
    story.staff("2026-03-12", miss(later.created[0].into()));
    assert_eq!(on_list(&story, RowKind::AppointmentMissed, "2026-03-13").len(), 1);
}

#[test]
fn being_seen_after_all_closes_a_missed_appointment() {
    let (mut story, referral, appointment) = offered();
    story.staff("2026-03-10", miss(appointment));
    story.triage("2026-03-13", referral);
    assert_eq!(on_list(&story, RowKind::AppointmentMissed, "2026-03-12").len(), 1);
    assert!(on_list(&story, RowKind::AppointmentMissed, "2026-03-13").is_empty());
}

/// What was offered for the referral and what is offered in its episode belong together.
#[test]
fn an_offer_in_the_episode_answers_a_missed_one_of_its_referral() {
    let (mut story, referral) = accepted();
    let episode = story.triage("2026-03-06", referral);
    let missed = story.staff("2026-03-06", offer(referral, "2026-03-10T10:00:00Z"));
    story.staff("2026-03-10", miss(missed.created[0].into()));
    let about = AppointmentFor::Episode(episode);
    story.staff("2026-03-11", offer_at(about, "2026-03-14T10:00:00Z"));
    assert!(on_list(&story, RowKind::AppointmentMissed, "2026-03-11").is_empty());
}

#[test]
fn what_a_system_sends_is_kept_and_flagged() {
    let (mut story, referral, appointment) = offered();
    assert_eq!(
        story.machine(on("2026-03-09"), attend(appointment)),
        ["before_it_starts"]
    );
    assert_eq!(
        story.state().appointment(appointment).unwrap().status(),
        "attended"
    );
    assert_eq!(
        story.machine(on("2026-03-10"), miss(appointment)),
        ["appointment_over"]
    );
    let mut odd = offer(referral, "2026-03-01T10:00:00Z");
    if let Command::Appointment(AppointmentCommand::Offer(told)) = &mut odd {
        told.kind = code("nobody_knows");
    }
    assert_eq!(
        story.machine(on("2026-03-11"), odd),
        ["unknown_code", "appointment_in_the_past"]
    );
    assert_eq!(story.state().appointments.len(), 2);
}

#[test]
fn a_release_is_not_without_an_appointment_when_one_is_offered_for_its_day_or_later() {
    use throughcare_domain::continuity::Missing;
    let mut story = Story::released_on_1_march("83");
    let referral = story.refer("2026-03-02", SUNDERLAND);
    story.accept("2026-03-02", referral);
    let missing = |story: &Story, on_day: &str| story.care(on_day).missing.contains(&Missing::Appointment);
    assert!(missing(&story, "2026-03-02"));
    let one = story.staff("2026-03-03", offer(referral, "2026-03-05T10:00:00Z"));
    assert!(missing(&story, "2026-03-02"), "on the day before");
    assert!(!missing(&story, "2026-03-03"));
    story.staff("2026-03-05", miss(one.created[0].into()));
    assert!(!missing(&story, "2026-03-04"));
    assert!(missing(&story, "2026-03-05"), "missed");
    story.staff("2026-03-06", offer(referral, "2026-03-09T10:00:00Z"));
    assert!(!missing(&story, "2026-03-06"), "offered again");
}

/// The prison's own appointments carry nobody through the gate, and neither does one before the release.
#[test]
fn an_appointment_in_prison_or_before_the_release_does_not_count() {
    use throughcare_domain::continuity::Missing;
    let mut story = Story::released_on_1_march("83");
    let referral = story.refer("2026-02-10", SUNDERLAND);
    story.accept("2026-02-11", referral);
    story.staff("2026-02-12", offer(referral, "2026-02-20T10:00:00Z"));
    assert!(story.care("2026-03-02").missing.contains(&Missing::Appointment));
    let inside = story.refer("2026-03-01", PRISON_CARE);
    story.staff("2026-03-01", offer(inside, "2026-03-03T10:00:00Z"));
    assert!(story.care("2026-03-02").missing.contains(&Missing::Appointment));
}

#[test]
fn a_voided_offer_leaves_nothing_and_what_rests_on_it_is_named() {
    let (mut story, _, appointment) = offered();
    let offered_by = story.history.events().last().unwrap().envelope.id;
    let void = |events| Command::VoidEvents {
        events,
        reason: code("entered_in_error"),
        replaced: throughcare_domain::fact::Replaced::No,
    };
    story.staff("2026-03-10", miss(appointment));
    let missed_by = story.history.events().last().unwrap().envelope.id;
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-11", void(vec![offered_by])),
        ["others_rest_on_it"]
    );
    story.staff("2026-03-11", void(vec![offered_by, missed_by]));
    assert!(story.state().appointments.is_empty());
    assert!(on_list(&story, RowKind::AppointmentMissed, "2026-03-12").is_empty());
}
