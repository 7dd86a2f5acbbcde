//! A service takes somebody on by itself; a clinician looks in an emergency.
//!
//! Source: `trust.md`, "Who may see what".

use crate::story::{LEEDS_CARE, PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, at, code, day, service};
use throughcare_domain::access::{MOST_GLASS_HOURS, Visibility, visibility};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Command, NewReferral, SightCommand};
use throughcare_domain::decide::Decision;
use throughcare_domain::event::{Origin, Role};
use throughcare_domain::fact::Fact;
use throughcare_domain::id::{GlassId, ReferralId};
use throughcare_domain::rows::{RowKind, rows};
use uuid::Uuid;

fn to_itself(to: &str) -> Command {
    Command::Refer(NewReferral {
        source: code("self"),
        to_service: service(to),
        from_service: None,
        transfer_of: None,
        substances: Vec::new(),
    })
}

fn withholds(decision: &Decision) -> bool {
    decision
        .drafts
        .iter()
        .any(|draft| matches!(draft.fact, Fact::SightWithheld(_)))
}

fn sees(story: &Story, who: &str) -> Visibility {
    let who = OrganisationCode::parse(who).unwrap();
    visibility(&story.history, &who, Role::Worker, day("2026-12-31"))
}

/// The prison's service treats the person, and another took them on by a referral of its own.
fn taken_on_by(who: &str) -> (Story, ReferralId) {
    let mut story = Story::of_an_adult();
    story.episode("2026-03-01", PRISON_CARE);
    let decision = story.staff_of(who, "2026-03-02", to_itself(who));
    assert!(withholds(&decision));
    let referral = ReferralId(decision.created[0]);
    story.staff_of(who, "2026-03-03", Command::AcceptReferral(referral));
    let triage = Command::Triage {
        referral,
        outcome: code("treatment_needed"),
        substances: Vec::new(),
    };
    story.staff_of(who, "2026-03-04", triage);
    (story, referral)
}

#[test]
fn given_somebody_whom_others_know_when_a_service_refers_them_to_itself_then_it_sees_no_more_than_before() {
    let (mut story, referral) = taken_on_by(SUNDERLAND);
    assert_eq!(sees(&story, SUNDERLAND), Visibility::Sent);
    assert_eq!(sees(&story, PRISON_CARE), Visibility::Full);
    // Passing the referral on to another service of its own changes nothing: the next is as withheld as this.
    story.signed = Some(("r.okafor", "Came with the letter of the court."));
    let attest = Command::Sight(SightCommand::AttestPresence {
        referral,
        attested: code("document_seen"),
    });
    story.staff_of(SUNDERLAND, "2026-03-05", attest);
    assert_eq!(sees(&story, SUNDERLAND), Visibility::Full);
    let directory = crate::story::directory();
    let alerts: Vec<_> = rows(story.history.now(), directory)
        .into_iter()
        .filter(|line| line.kind == RowKind::SightWidened)
        .collect();
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].service, Some(service(PRISON_CARE)));
    assert_eq!(
        (alerts[0].opened_on, alerts[0].closed_on),
        (day("2026-03-05"), Some(day("2026-03-19")))
    );
}

#[test]
fn given_a_referral_that_gives_no_sight_when_it_is_sent_on_then_the_next_gives_none_either() {
    let (mut story, _) = taken_on_by(SUNDERLAND);
    let again = story.staff_of(SUNDERLAND, "2026-03-06", to_itself(SUNDERLAND));
    let on = Command::SendReferralOn {
        referral: ReferralId(again.created[0]),
        to_service: service(LEEDS_CARE),
        source: None,
    };
    assert!(withholds(&story.staff_of(SUNDERLAND, "2026-03-07", on)));
}

#[test]
fn given_another_organisations_referral_or_a_new_record_then_nothing_is_withheld() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-01", SUNDERLAND);
    story.staff_of(SUNDERLAND, "2026-03-02", Command::AcceptReferral(referral));
    assert!(
        !withholds(&story.staff_of(SUNDERLAND, "2026-03-03", to_itself(SUNDERLAND))),
        "it treats them"
    );
    let mut alone = Story::of_an_adult();
    assert!(
        !withholds(&alone.staff_of(PRISON_CARE, "2026-03-03", to_itself(PRISON_CARE))),
        "nobody else knows them"
    );
    assert!(withholds(&alone.staff_of(
        SOUTH_TYNESIDE,
        "2026-03-03",
        to_itself(SOUTH_TYNESIDE)
    )));
}

fn look(hours: u8) -> Command {
    Command::Sight(SightCommand::BreakGlass {
        reason: code("overdose"),
        hours,
    })
}

#[test]
fn a_look_in_an_emergency_lasts_for_hours_needs_a_name_and_a_reason_and_is_reviewed_once_by_another() {
    let mut story = Story::of_an_adult();
    story.episode("2026-03-01", PRISON_CARE);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-02", look(0)),
        ["out_of_range", "required", "named_person_needed"]
    );
    story.signed = Some(("dr.lee", "Not breathing."));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-02", look(MOST_GLASS_HOURS + 1)),
        ["out_of_range"]
    );
    let at_nine = at("2026-03-02T09:00:00Z");
    let looked = story.ask(Origin::Staff, SUNDERLAND, at_nine, look(8)).unwrap();
    let glass = GlassId(looked.created[0]);
    let one = story.state().sight.glass(glass).cloned().unwrap();
    assert_eq!(
        (one.user.as_str(), one.until.to_string().as_str()),
        ("dr.lee", "2026-03-02T17:01:00Z")
    );
    let review = |glass| {
        Command::Sight(SightCommand::ReviewGlass {
            glass,
            outcome: code("justified"),
        })
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-03", review(glass)),
        ["reviews_own_look"]
    );
    story.signed = Some(("p.officer", ""));
    let unknown = GlassId(Uuid::from_u128(9));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-03", review(unknown)),
        ["before_break_glass"]
    );
    story.staff_of(SUNDERLAND, "2026-03-03", review(glass));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", review(glass)),
        ["already_reviewed"]
    );
    // It is never voided, nor is what keeps sight from those who took somebody on by themselves.
    let void = Command::VoidEvents {
        events: vec![looked.drafts[0].id],
        reason: code("entered_in_error"),
        replaced: throughcare_domain::fact::Replaced::No,
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", void),
        ["says_who_saw", "others_rest_on_it"]
    );
}
