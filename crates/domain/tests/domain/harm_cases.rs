//! Overdoses and deaths: case D1, and what is known of them.

use crate::story::{POLICE, SUNDERLAND, Story, code, day, directory, kit, service};
use throughcare_domain::access::{Permission, Rule, may_record};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Command, NewOverdose};
use throughcare_domain::event::Role;
use throughcare_domain::id::{DeathId, OverdoseId};
use throughcare_domain::rows::{RowKind, rows};
use throughcare_domain::state::DeathStatus;
use throughcare_domain::view::duties::{Deadlines, DutyKind, duties};

/// Somebody with something of everything to be done about them.
fn with_duties() -> Story {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-02-20", SUNDERLAND);
    story.accept("2026-02-21", referral);
    story.triage("2026-02-25", referral);
    story.refer("2026-03-01", SUNDERLAND);
    let issue = Command::IssueKits {
        service: service(SUNDERLAND),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    };
    story.staff_of(SUNDERLAND, "2026-03-01", issue);
    story
}

fn dies(story: &mut Story, on: &str) -> DeathId {
    let report = Command::ReportDeath {
        source: code("family"),
        suspected: code("drugs"),
    };
    story.staff_of(SUNDERLAND, on, report).created[0].into()
}

fn overdoses(story: &mut Story, on: &str) -> OverdoseId {
    let report = Command::ReportOverdose(NewOverdose {
        outcome: code("hospital"),
        substances: vec![code("1011")],
        place: None,
        naloxone_given: Some(true),
        ambulance_called: Some(true),
    });
    story.staff_of(SUNDERLAND, on, report).created[0].into()
}

fn due(story: &Story, on: &str) -> Vec<DutyKind> {
    let mut kinds: Vec<_> = duties(&story.history, directory(), day(on), &Deadlines::default())
        .into_iter()
        .map(|duty| duty.kind)
        .collect();
    kinds.dedup();
    kinds
}

fn on_lists(story: &Story, on: &str) -> Vec<RowKind> {
    let mut kinds: Vec<_> = rows(&story.state(), directory())
        .into_iter()
        .filter(|row| row.is_on_list(day(on)) && !row.kind.is_counted_only())
        .map(|row| row.kind)
        .collect();
    kinds.dedup();
    kinds
}

/// D1: a death is reported: duties close, nothing is lost. The report was mistaken: everything is open again.
#[test]
fn d1_a_death_closes_what_is_due_and_its_rejection_opens_it_again() {
    let mut story = with_duties();
    let (lists, open) = (on_lists(&story, "2026-03-12"), due(&story, "2026-03-12"));
    assert!(lists.contains(&RowKind::ReferralToActOn) && lists.contains(&RowKind::Waiting));
    assert!(open.contains(&DutyKind::DecideOnReferral));
    let events = story.history.events().len();

    let death = dies(&mut story, "2026-03-10");
    assert_eq!(due(&story, "2026-03-12"), [DutyKind::ConfirmDeath]);
    let left = on_lists(&story, "2026-03-12");
    assert!(
        !left.contains(&RowKind::ReferralToActOn) && !left.contains(&RowKind::Waiting),
        "{left:?}"
    );
    assert!(left.contains(&RowKind::DeathToFollow));

    let reject = Command::RejectDeath {
        death,
        reason: code("seen_alive"),
    };
    story.staff_of(SUNDERLAND, "2026-03-12", reject);
    assert_eq!(story.state().died, None);
    assert_eq!(
        (on_lists(&story, "2026-03-12"), due(&story, "2026-03-12")),
        (lists, open)
    );
    assert_eq!(story.history.events().len(), events + 2, "nothing is lost");
}

#[test]
fn a_death_goes_from_suspected_to_confirmed_to_concluded() {
    let mut story = with_duties();
    let death = dies(&mut story, "2026-03-10");
    let status = |story: &Story| story.state().death(death).unwrap().status();
    assert_eq!(status(&story), DeathStatus::Suspected);
    let confirm = Command::ConfirmDeath {
        death,
        source: code("coroner"),
    };
    story.staff_of(SUNDERLAND, "2026-03-11", confirm.clone());
    assert_eq!(status(&story), DeathStatus::Confirmed);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-12", confirm),
        ["death_already_confirmed"]
    );
    assert_eq!(due(&story, "2026-03-12"), [], "nothing is left to confirm");
    let conclude = Command::ConcludeDeath {
        death,
        conclusion: code("drug_related"),
    };
    story.staff_of(SUNDERLAND, "2026-09-01", conclude);
    assert_eq!(status(&story), DeathStatus::Concluded);
    let concluded = story.state().death(death).unwrap().concluded.clone().unwrap();
    assert!(concluded.drug_related && !concluded.alcohol_related);
    assert!(!on_lists(&story, "2026-09-01").contains(&RowKind::DeathToFollow));
}

/// The coroner's definition leaves out long-term illness and accidents (`domain.md` section 7).
#[test]
fn what_is_drug_related_is_what_the_list_says() {
    let mut story = with_duties();
    let death = dies(&mut story, "2026-03-10");
    for (conclusion, drug_related) in [
        ("long_term_illness", false),
        ("road_traffic", false),
        ("suicide_by_drugs", true),
    ] {
        let conclude = Command::ConcludeDeath {
            death,
            conclusion: code(conclusion),
        };
        story.staff_of(SUNDERLAND, "2026-09-01", conclude);
        let concluded = story.state().death(death).unwrap().concluded.clone().unwrap();
        assert_eq!(concluded.drug_related, drug_related, "{conclusion}");
    }
}

#[test]
fn care_after_a_death_is_refused_and_a_second_report_too() {
    let mut story = with_duties();
    let death = dies(&mut story, "2026-03-10");
    let issue = Command::IssueKits {
        service: service(SUNDERLAND),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-11", issue.clone()),
        ["after_death"]
    );
    let report = Command::ReportDeath {
        source: code("police"),
        suspected: code("other"),
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-11", report.clone()),
        ["death_already_reported"]
    );
    let reject = Command::RejectDeath {
        death,
        reason: code("somebody_else"),
    };
    story.staff_of(SUNDERLAND, "2026-03-12", reject.clone());
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-13", reject),
        ["death_rejected"]
    );
    story.staff_of(SUNDERLAND, "2026-03-13", issue);
    story.staff_of(SUNDERLAND, "2026-03-14", report);
}

#[test]
fn an_overdose_is_reviewed_by_the_service_that_treats_the_person_within_a_week() {
    let mut story = with_duties();
    let overdose = overdoses(&mut story, "2026-03-02");
    let state = story.state();
    let line = |state| {
        let lines = rows(state, directory()).into_iter();
        lines
            .filter(|row| row.kind == RowKind::OverdoseToReview)
            .collect::<Vec<_>>()
    };
    let lines = line(&state);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].service, Some(service(SUNDERLAND)));
    let open = duties(
        &story.history,
        directory(),
        day("2026-03-10"),
        &Deadlines::default(),
    );
    let duty = open
        .iter()
        .find(|duty| duty.kind == DutyKind::ReviewOverdose)
        .unwrap();
    assert_eq!((duty.due_on, duty.overdue), (day("2026-03-09"), true));

    let review = Command::ReviewOverdose {
        overdose,
        outcome: code("seen"),
    };
    story.staff_of(SUNDERLAND, "2026-03-10", review.clone());
    assert!(!due(&story, "2026-03-10").contains(&DutyKind::ReviewOverdose));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-11", review),
        ["overdose_already_reviewed"]
    );
}

/// Nobody treats them, nobody knows where they live: the partnership is told.
#[test]
fn an_overdose_of_somebody_unknown_to_treatment_is_the_partnerships() {
    let mut story = Story::of_an_adult();
    overdoses(&mut story, "2026-03-02");
    let lines = rows(&story.state(), directory());
    let owners: Vec<_> = lines
        .iter()
        .filter(|row| row.kind == RowKind::OverdoseToReview)
        .map(|row| row.service.clone())
        .collect();
    assert_eq!(owners, [Some(service("north-partnership"))]);
}

#[test]
fn a_death_is_followed_by_who_treats_reported_it_or_has_it_on_its_list() {
    let mut story = with_duties();
    let death = dies(&mut story, "2026-03-10");
    let confirm = Command::ConfirmDeath {
        death,
        source: code("coroner"),
    };
    let may = |who: &str, role, command: &Command| {
        let organisation = OrganisationCode::parse(who).unwrap();
        may_record(
            command,
            &story.history,
            directory(),
            &organisation,
            role,
            day("2026-12-31"),
        )
    };
    assert_eq!(may(SUNDERLAND, Role::Worker, &confirm), Permission::Allowed);
    assert_eq!(
        may("north-partnership", Role::Worker, &confirm),
        Permission::Allowed
    );
    assert_eq!(
        may("south-tyneside-recovery", Role::Worker, &confirm),
        Permission::NotFound
    );
    assert_eq!(
        may(POLICE, Role::Liaison, &confirm),
        Permission::NotFound,
        "it reported a referral, not the death"
    );
    let review = Command::ReviewOverdose {
        overdose: OverdoseId(death.0),
        outcome: code("seen"),
    };
    assert_eq!(may(POLICE, Role::Liaison, &review), Rule::CareIsForWorkers.into());
}
