//! Erasing a record: two people, a week to think again, and legal holds.
//!
//! Source: `trust.md`, "Confidentiality".

use crate::story::{PRISON_CARE, SUNDERLAND, Story, code, day, directory};
use throughcare_domain::command::{Command, ProtectionCommand};
use throughcare_domain::decide::TAKEN_BACK_WITHIN_DAYS;
use throughcare_domain::fact::Erased;
use throughcare_domain::id::{ErasureId, HoldId};
use throughcare_domain::rows::{RowKind, rows};

fn ask(what: Erased) -> Command {
    Command::Protection(ProtectionCommand::AskErasure {
        what,
        basis: code("unlawful"),
    })
}

fn confirm(erasure: ErasureId) -> Command {
    Command::Protection(ProtectionCommand::ConfirmErasure(erasure))
}

fn take_back(erasure: ErasureId) -> Command {
    Command::Protection(ProtectionCommand::TakeErasureBack {
        erasure,
        reason: code("person_asked"),
    })
}

fn hold() -> Command {
    Command::Protection(ProtectionCommand::PlaceHold {
        ground: code("inquest"),
    })
}

fn lift(hold: HoldId) -> Command {
    Command::Protection(ProtectionCommand::LiftHold {
        hold,
        reason: code("concluded"),
    })
}

const ONE: Option<(&str, &str)> = Some(("p.officer", "As agreed with the person."));
const OTHER: Option<(&str, &str)> = Some(("q.officer", "Seen and agreed."));

/// Asked for on 2 March by the one.
fn asked() -> (Story, ErasureId) {
    let mut story = Story::of_an_adult();
    story.signed = ONE;
    let asked = story.staff_of(PRISON_CARE, "2026-03-02", ask(Erased::Everything));
    (story, ErasureId(asked.created[0]))
}

fn due_on(story: &Story, on: &str) -> Option<ErasureId> {
    story.state().protection.to_carry_out(day(on)).map(|one| one.id)
}

#[test]
fn given_an_erasure_that_somebody_asked_for_when_another_agrees_then_it_is_carried_out_after_seven_days() {
    let (mut story, erasure) = asked();
    assert_eq!(
        story.refused(PRISON_CARE, "2026-03-03", confirm(erasure)),
        ["confirms_own_request"]
    );
    assert_eq!(due_on(&story, "2026-12-31"), None, "nobody agreed");
    story.signed = OTHER;
    story.staff_of(SUNDERLAND, "2026-03-03", confirm(erasure));
    assert_eq!(TAKEN_BACK_WITHIN_DAYS, 7);
    assert_eq!(due_on(&story, "2026-03-09"), None);
    assert_eq!(due_on(&story, "2026-03-10"), Some(erasure));
    let lines = |story: &Story| -> Vec<_> {
        let lines = rows(&story.state(), directory()).into_iter();
        lines.filter(|line| line.kind == RowKind::ErasureDue).collect()
    };
    assert_eq!(lines(&story)[0].opened_on, day("2026-03-10"));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", confirm(erasure)),
        ["already_confirmed"]
    );
    // Taken back in that week, by either.
    story.signed = ONE;
    story.staff_of(PRISON_CARE, "2026-03-05", take_back(erasure));
    assert_eq!(due_on(&story, "2026-03-10"), None);
    assert!(lines(&story).is_empty());
    assert_eq!(
        story.refused(PRISON_CARE, "2026-03-05", take_back(erasure)),
        ["already_taken_back"]
    );
    story.signed = OTHER;
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-06", confirm(erasure)),
        ["taken_back", "already_confirmed"]
    );
}

#[test]
fn given_a_legal_hold_then_nothing_is_asked_agreed_or_carried_out_until_it_is_lifted() {
    let (mut story, erasure) = asked();
    story.signed = OTHER;
    let held = story.staff_of(SUNDERLAND, "2026-03-03", hold());
    let held = HoldId(held.created[0]);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", confirm(erasure)),
        ["legal_hold"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", ask(Erased::Identity)),
        ["legal_hold"]
    );
    story.staff_of(SUNDERLAND, "2026-03-05", lift(held));
    story.staff_of(SUNDERLAND, "2026-03-05", confirm(erasure));
    assert_eq!(due_on(&story, "2026-03-12"), Some(erasure));
    let again = story.staff_of(SUNDERLAND, "2026-03-06", hold());
    assert_eq!(due_on(&story, "2026-03-12"), None, "held after the agreement");
    story.staff_of(SUNDERLAND, "2026-03-07", lift(HoldId(again.created[0])));
    assert_eq!(due_on(&story, "2026-03-12"), Some(erasure));
}

#[test]
fn names_alone_may_go_and_everything_goes_before_names_alone() {
    let (mut story, everything) = asked();
    assert_eq!(
        story.refused(PRISON_CARE, "2026-03-02", ask(Erased::Everything)),
        ["already_asked"]
    );
    let names = story.staff_of(PRISON_CARE, "2026-03-02", ask(Erased::Identity));
    story.signed = OTHER;
    story.staff_of(SUNDERLAND, "2026-03-03", confirm(ErasureId(names.created[0])));
    assert_eq!(due_on(&story, "2026-03-10"), Some(ErasureId(names.created[0])));
    story.staff_of(SUNDERLAND, "2026-03-03", confirm(everything));
    assert_eq!(due_on(&story, "2026-03-10"), Some(everything));
    story.signed = None;
    assert_eq!(
        story.refused(PRISON_CARE, "2026-03-08", take_back(everything)),
        ["named_person_needed"]
    );
}
