//! Who sees what, and who may record what, by command.

use super::{Permission, Rule, Visibility, may_record, own_events, sees_identity, visibility};
use crate::code::Code;
use crate::command::{
    AppointmentCommand, Command, CourseStep, Direction, Movement, NewAppointment, NewReferral, ResidenceTold,
};
use crate::event::Role;
use crate::fact::{AppointmentFor, UsedOn};
use crate::history::History;
use crate::id::AppointmentId;
use crate::rows::story::*;
use jiff::civil::Date;

const EVERYONE: [&str; 4] = ["northshire", "southshire", "gatehouse", "county"];

/// After everything that the stories tell.
fn today() -> Date {
    day("2026-12-31")
}

/// Sent by the prison's organisation to Northshire's, which has not decided.
fn sent() -> Story {
    Story::new()
        .by("gatehouse")
        .on("2026-03-01", referral(1, "northshire-community"))
}

fn in_treatment() -> Story {
    sent()
        .by("northshire")
        .on("2026-03-02", accepted(1))
        .on("2026-03-05", triaged(1, "treatment_needed"))
        .on("2026-03-05", opened(1, "northshire-community"))
}

fn sees(story: &Story, who: &str, role: Role) -> Visibility {
    visibility(&story.history(), &organisation(who), role, today())
}

fn may(command: &Command, who: &str, role: Role) -> Permission {
    may_record(
        command,
        &in_treatment().history(),
        &directory(),
        &organisation(who),
        role,
        today(),
    )
}

fn reject() -> Command {
    Command::RejectReferral {
        referral: referral_id(1),
        reason: code("other"),
    }
}

fn triage() -> Command {
    Command::Triage {
        referral: referral_id(1),
        outcome: code("treatment_needed"),
        substances: Vec::new(),
    }
}

fn withdraw() -> Command {
    Command::WithdrawReferral {
        referral: referral_id(1),
        reason: code("other"),
    }
}

fn on_the_episode() -> [Command; 6] {
    let episode = episode_id(1);
    let some: fn(&str) -> Code = code;
    [
        Command::PlaceOnWaitingList {
            episode,
            intervention: some("94"),
        },
        Command::TakeOffWaitingList {
            episode,
            reason: some("other"),
        },
        Command::RecordContact { episode },
        Command::RecordExit {
            episode,
            reason: some("80"),
            intervention_exit: None,
            profile: None,
        },
        Command::RescindExit {
            episode,
            reason: code("other"),
        },
        Command::RecordFollowUp {
            episode,
            outcome: code("not_reached"),
        },
    ]
}

fn movement() -> Command {
    Command::RecordMovement(Movement {
        movement_type: code("REL"),
        reason: code("CR"),
        direction: Direction::Out,
        prison: None,
        to_prison: None,
        area: None,
        no_fixed_abode: false,
        referral_on_release: None,
    })
}

#[test]
fn before_acceptance_the_service_asked_does_not_see_the_person() {
    assert_eq!(sees(&sent(), "northshire", Role::Worker), Visibility::None);
    assert_eq!(
        sees(&sent().on("2026-03-02", rejected(1)), "northshire", Role::Worker),
        Visibility::None
    );
}

#[test]
fn acceptance_opens_the_record_and_withdrawal_does_not_close_it() {
    let accepted = sent().by("northshire").on("2026-03-02", accepted(1));
    assert_eq!(sees(&accepted, "northshire", Role::Worker), Visibility::Full);
    let withdrawn = accepted.on("2026-03-03", withdrawn(1));
    assert_eq!(sees(&withdrawn, "northshire", Role::Worker), Visibility::Full);
}

#[test]
fn an_episode_of_its_own_opens_the_record() {
    let mut walked_in = opened(1, "southshire-community");
    walked_in.referral = None;
    let story = Story::new().by("southshire").on("2026-03-05", walked_in);
    assert_eq!(sees(&story, "southshire", Role::Worker), Visibility::Full);
    assert_eq!(sees(&story, "northshire", Role::Worker), Visibility::None);
}

#[test]
fn who_sent_something_sees_that_and_nothing_else() {
    let story = in_treatment();
    assert_eq!(sees(&story, "gatehouse", Role::Liaison), Visibility::Sent);
    assert_eq!(sees(&story, "county", Role::Liaison), Visibility::None);
    let own = own_events(&story.history(), &organisation("gatehouse"));
    assert_eq!(own.events().len(), 1);
    assert!(own.state(None, None).episodes.is_empty());
    assert!(
        own_events(&story.history(), &organisation("county"))
            .events()
            .is_empty()
    );
}

#[test]
fn auditors_see_everyone_and_no_identity() {
    assert_eq!(sees(&in_treatment(), "county", Role::Auditor), Visibility::Full);
    assert_eq!(sees(&Story::new(), "county", Role::Auditor), Visibility::None);
    assert!(!sees_identity(Role::Auditor));
    assert!(sees_identity(Role::Worker));
}

#[test]
fn administrators_see_and_record_nothing_about_people() {
    assert_eq!(
        sees(&in_treatment(), "northshire", Role::Administrator),
        Visibility::None
    );
    let rule = Permission::from(Rule::AdministratorKeepsTheDirectory);
    for command in [movement(), triage(), withdraw()] {
        assert_eq!(may(&command, "northshire", Role::Administrator), rule);
        assert_ne!(may(&command, "northshire", Role::Worker), rule);
    }
}

#[test]
fn auditors_record_nothing() {
    let rule = Permission::from(Rule::AuditorRecordsNothing);
    for command in [movement(), triage(), withdraw(), Command::HandOverKit(kit_id(1))] {
        assert_eq!(may(&command, "northshire", Role::Auditor), rule);
        assert_eq!(may(&command, "northshire", Role::Worker), Permission::Allowed);
    }
}

#[test]
fn given_a_clinician_then_everything_is_answered_as_to_a_worker() {
    let stories = [sent(), in_treatment(), Story::new()];
    for (who, story) in EVERYONE
        .iter()
        .flat_map(|who| stories.iter().map(move |one| (*who, one)))
    {
        assert_eq!(
            sees(story, who, Role::Clinician),
            sees(story, who, Role::Worker),
            "{who}"
        );
    }
    let own = [
        movement(),
        triage(),
        withdraw(),
        reject(),
        Command::HandOverKit(kit_id(1)),
    ];
    for (who, command) in EVERYONE
        .iter()
        .flat_map(|who| own.iter().map(move |one| (*who, one)))
    {
        assert_eq!(
            may(command, who, Role::Clinician),
            may(command, who, Role::Worker),
            "{who}"
        );
    }
    assert!(sees_identity(Role::Clinician) && Role::Clinician.gives_care());
}

#[test]
fn given_who_commissions_or_answers_for_data_then_they_see_and_record_nothing_about_people() {
    let kept_out = [
        (Role::Commissioner, Rule::CommissionerSeesFigures),
        (Role::PrivacyOfficer, Rule::PrivacyOfficerRecordsNoCare),
    ];
    for (role, rule) in kept_out {
        for who in EVERYONE {
            assert_eq!(
                sees(&in_treatment(), who, role),
                Visibility::None,
                "{role:?} of {who}"
            );
            for command in [movement(), triage(), withdraw(), Command::HandOverKit(kit_id(1))] {
                assert_eq!(may(&command, who, role), rule.into(), "{role:?} of {who}");
            }
        }
        assert!(!sees_identity(role) && !role.gives_care());
        // The control: somebody else of the same organisation sees the person.
        assert_eq!(
            sees(&in_treatment(), "northshire", Role::Worker),
            Visibility::Full
        );
    }
}

#[test]
fn only_the_service_asked_decides_on_a_referral() {
    for command in [Command::AcceptReferral(referral_id(1)), reject(), triage()] {
        assert_eq!(may(&command, "northshire", Role::Worker), Permission::Allowed);
        assert_eq!(
            may(&command, "gatehouse", Role::Worker),
            Rule::ServiceAskedDecides.into()
        );
        assert_eq!(may(&command, "southshire", Role::Worker), Permission::NotFound);
        assert_eq!(
            may(&command, "northshire", Role::Liaison),
            Rule::CareIsForWorkers.into()
        );
    }
    let nobody_made_it = Command::AcceptReferral(referral_id(9));
    assert_eq!(
        may(&nobody_made_it, "northshire", Role::Worker),
        Permission::NotFound
    );
}

#[test]
fn either_side_withdraws_a_referral() {
    for (who, role) in [("northshire", Role::Worker), ("gatehouse", Role::Liaison)] {
        assert_eq!(may(&withdraw(), who, role), Permission::Allowed);
    }
    assert_eq!(may(&withdraw(), "southshire", Role::Worker), Permission::NotFound);
}

#[test]
fn an_episode_is_recorded_by_its_organisation() {
    for command in on_the_episode() {
        assert_eq!(may(&command, "northshire", Role::Worker), Permission::Allowed);
        for other in ["southshire", "gatehouse"] {
            assert_eq!(may(&command, other, Role::Worker), Permission::NotFound);
        }
    }
}

#[test]
fn liaison_records_no_care() {
    for command in on_the_episode() {
        assert_eq!(
            may(&command, "northshire", Role::Liaison),
            Rule::CareIsForWorkers.into()
        );
    }
}

/// The role is judged first: the refusal is the same for what exists and for what does not.
#[test]
fn a_refused_role_learns_nothing_about_the_record() {
    let missing = Command::RecordContact {
        episode: episode_id(9),
    };
    for who in EVERYONE {
        assert_eq!(
            may(&missing, who, Role::Liaison),
            may(&on_the_episode()[2], who, Role::Liaison)
        );
    }
}

#[test]
fn workers_and_liaison_record_movements_plans_referrals_and_identity() {
    let refer = Command::Refer(NewReferral {
        source: code("prison"),
        to_service: service("northshire-community"),
        from_service: None,
        transfer_of: None,
        substances: Vec::new(),
    });
    let residence = ResidenceTold {
        area: None,
        no_fixed_abode: true,
        postcode: None,
        address: None,
    };
    let plan = Command::CancelReleasePlan { plan: plan_id(1) };
    for command in [movement(), plan, refer, Command::RecordResidence(residence)] {
        for who in EVERYONE {
            for role in [Role::Worker, Role::Liaison] {
                assert_eq!(may(&command, who, role), Permission::Allowed);
            }
            assert_ne!(may(&command, who, Role::Auditor), Permission::Allowed);
        }
    }
}

#[test]
fn liaison_hands_kits_over_and_does_nothing_else_with_them() {
    assert_eq!(
        may(&Command::HandOverKit(kit_id(1)), "gatehouse", Role::Liaison),
        Permission::Allowed
    );
    let issue = Command::IssueKits {
        service: service("moorland-health"),
        kits: Vec::new(),
        replaces: None,
    };
    let place = Command::PlaceKitsInProperty {
        service: service("moorland-health"),
        prison: prison("MDI"),
        kits: Vec::new(),
    };
    let kit = kit_id(1);
    let used_on = UsedOn::Holder;
    let used = Command::UseKit {
        kit,
        doses: None,
        used_on,
        outcome: code("survived"),
        place: None,
    };
    for command in [issue, place, used] {
        assert_eq!(
            may(&command, "gatehouse", Role::Liaison),
            Rule::NaloxoneIsForWorkers.into()
        );
        assert_eq!(may(&command, "gatehouse", Role::Worker), Permission::Allowed);
    }
}

/// A need that the county raised and a tag that Northshire added.
fn with_a_need(kind: &str) -> History {
    in_treatment()
        .by("county")
        .on("2026-03-06", raised(1, kind))
        .by("northshire")
        .on("2026-03-06", tagged(1, "street_drinkers", None))
        .history()
}

fn clear() -> Command {
    Command::ClearNeed {
        need: need_id(1),
        reason: code("met"),
    }
}

#[test]
fn a_need_is_cleared_by_who_raised_it_and_by_who_sees_the_record_and_the_need() {
    let history = with_a_need("housing");
    let ask = |history: &History, who: &str, role| {
        may_record(&clear(), history, &directory(), &organisation(who), role, today())
    };
    for (who, role) in [("county", Role::Liaison), ("northshire", Role::Liaison)] {
        assert_eq!(ask(&history, who, role), Permission::Allowed, "{who}");
    }
    for who in ["southshire", "gatehouse"] {
        assert_eq!(ask(&history, who, Role::Worker), Permission::NotFound, "{who}");
    }
    let history = with_a_need("cuckooing");
    let shown = |who: &str, role| {
        let seen = crate::restricted::seen_by(&history, &organisation(who), role);
        ask(seen.as_ref().unwrap_or(&history), who, role)
    };
    assert_eq!(shown("county", Role::Liaison), Permission::Allowed);
    assert_eq!(shown("northshire", Role::Worker), Permission::Allowed);
    assert_eq!(shown("northshire", Role::Liaison), Permission::NotFound);
}

#[test]
fn a_tag_is_removed_by_who_added_it_and_by_who_sees_the_record() {
    let history = with_a_need("housing");
    let tag = history.now().tags[0].id;
    let ask = |who: &str| {
        let command = Command::RemoveTag(tag);
        may_record(
            &command,
            &history,
            &directory(),
            &organisation(who),
            Role::Worker,
            today(),
        )
    };
    assert_eq!(ask("northshire"), Permission::Allowed);
    assert_eq!(ask("county"), Permission::NotFound);
}

#[test]
fn a_placement_is_ended_by_who_arranged_it_and_by_no_system() {
    let history = in_treatment().on("2026-03-06", moved_in(1, None)).history();
    let ask = |who: &str, role| {
        let command = Command::EndPlacement {
            placement: placement_id(1),
            reason: code("completed"),
        };
        may_record(
            &command,
            &history,
            &directory(),
            &organisation(who),
            role,
            today(),
        )
    };
    assert_eq!(ask("northshire", Role::Worker), Permission::Allowed);
    assert_eq!(ask("gatehouse", Role::Worker), Permission::NotFound);
    assert_eq!(ask("northshire", Role::Liaison), Rule::CareIsForWorkers.into());
}

#[test]
fn an_appointment_is_the_services_that_offers_it_and_the_sender_is_told_so() {
    let offer = |about| {
        Command::Appointment(AppointmentCommand::Offer(NewAppointment {
            about,
            intervention: None,
            starts_at: "2026-03-20T10:00:00Z".parse().unwrap(),
            kind: code("triage"),
        }))
    };
    let about_referral = offer(AppointmentFor::Referral(referral_id(1)));
    let about_episode = offer(AppointmentFor::Episode(episode_id(1)));
    for command in [&about_referral, &about_episode] {
        assert_eq!(may(command, "northshire", Role::Worker), Permission::Allowed);
        assert_eq!(may(command, "southshire", Role::Worker), Permission::NotFound);
        assert_eq!(
            may(command, "gatehouse", Role::Liaison),
            Rule::CareIsForWorkers.into()
        );
    }
    assert_eq!(
        may(&about_referral, "gatehouse", Role::Worker),
        Rule::AppointmentIsItsServices.into()
    );
    assert_eq!(
        may(&about_episode, "gatehouse", Role::Worker),
        Permission::NotFound
    );
    let unknown = Command::Appointment(AppointmentCommand::Attend(appointment_id(9)));
    assert_eq!(may(&unknown, "northshire", Role::Worker), Permission::NotFound);
}

fn book(about: u128) -> Command {
    Command::Appointment(AppointmentCommand::Offer(NewAppointment {
        about: AppointmentFor::Referral(referral_id(about)),
        intervention: None,
        starts_at: "2026-03-20T10:00:00Z".parse().unwrap(),
        kind: code("release_day"),
    }))
}

#[test]
fn until_triage_the_sender_books_ahead_and_changes_what_it_booked() {
    let ask = |story: &Story, command: &Command, who: &str, role| {
        may_record(
            command,
            &story.history(),
            &directory(),
            &organisation(who),
            role,
            today(),
        )
    };
    let refused = Permission::from(Rule::AppointmentIsItsServices);
    let accepted_by = |story: Story| story.by("northshire").on("2026-03-02", accepted(1));
    for waits in [sent(), accepted_by(sent())] {
        assert_eq!(
            ask(&waits, &book(1), "gatehouse", Role::Worker),
            Permission::Allowed
        );
        assert_eq!(
            ask(&waits, &book(1), "southshire", Role::Worker),
            Permission::NotFound
        );
        let liaison = ask(&waits, &book(1), "gatehouse", Role::Liaison);
        assert_eq!(liaison, Rule::CareIsForWorkers.into());
    }
    let over = sent().by("northshire").on("2026-03-02", rejected(1));
    assert_eq!(ask(&over, &book(1), "gatehouse", Role::Worker), refused);
    assert_eq!(may(&book(1), "gatehouse", Role::Worker), refused, "triaged");

    let about = AppointmentFor::Referral(referral_id(1));
    let offer = || offered(1, about, "northshire-community", "2026-03-20");
    let booked = |by: &str| sent().by(by).on("2026-03-02", offer());
    let change = |of: fn(AppointmentId) -> AppointmentCommand| Command::Appointment(of(appointment_id(1)));
    let moves = change(|appointment| AppointmentCommand::Move {
        appointment,
        starts_at: "2026-03-21T10:00:00Z".parse().unwrap(),
    });
    let cancels = change(|appointment| AppointmentCommand::Cancel {
        appointment,
        by: code("service"),
    });
    for command in [&moves, &cancels] {
        assert_eq!(
            ask(&booked("gatehouse"), command, "gatehouse", Role::Worker),
            Permission::Allowed
        );
        assert_eq!(
            ask(&booked("gatehouse"), command, "northshire", Role::Worker),
            Permission::Allowed
        );
        assert_eq!(
            ask(&booked("northshire"), command, "gatehouse", Role::Worker),
            refused
        );
    }
    let attends = change(AppointmentCommand::Attend);
    assert_eq!(
        ask(&booked("gatehouse"), &attends, "gatehouse", Role::Worker),
        refused
    );
    assert_eq!(
        ask(&booked("gatehouse"), &attends, "northshire", Role::Worker),
        Permission::Allowed
    );
}

#[test]
fn the_course_of_treatment_is_recorded_by_its_organisation_and_a_referral_is_sent_on_by_the_service_asked() {
    let hold = Command::Course {
        episode: episode_id(1),
        step: CourseStep::Hold { reason: code("away") },
    };
    let send_on = Command::SendReferralOn {
        referral: referral_id(1),
        to_service: service("southshire-community"),
        source: None,
    };
    for command in [&hold, &send_on] {
        assert_eq!(may(command, "northshire", Role::Worker), Permission::Allowed);
        assert_eq!(may(command, "southshire", Role::Worker), Permission::NotFound);
    }
    assert_eq!(may(&hold, "gatehouse", Role::Worker), Permission::NotFound);
    assert_eq!(
        may(&send_on, "gatehouse", Role::Worker),
        Rule::ServiceAskedDecides.into()
    );
}

#[test]
fn every_rule_has_an_id_of_its_own_and_a_sentence() {
    let ids: std::collections::BTreeSet<_> = Rule::ALL.into_iter().map(Rule::id).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    assert!(Rule::ALL.into_iter().all(|rule| rule.sentence().ends_with('.')));
}
