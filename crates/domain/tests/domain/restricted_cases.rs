//! Restricted needs: what rests on one is withheld with it, and nothing else is.
//!
//! Source: `trust.md`, "Who may see what"; `domain.md`, section 8.

use crate::story::{POLICE, PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, code, exit, on};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::Command;
use throughcare_domain::event::{Draft, RecordedEvent, Role};
use throughcare_domain::fact::{Fact, NeedRaised, Replaced};
use throughcare_domain::id::{EventId, NeedId};
use throughcare_domain::restricted::{Withheld, seen_by, treats, treats_after};

fn raise(need: &str) -> Command {
    Command::RaiseNeed {
        code: code(need),
        service: None,
    }
}

fn clear(need: NeedId) -> Command {
    Command::ClearNeed {
        need,
        reason: code("risk_over"),
    }
}

fn void(events: Vec<EventId>, replaced: Replaced) -> Command {
    Command::VoidEvents {
        events,
        reason: code("entered_in_error"),
        replaced,
    }
}

fn of(organisation: &str) -> OrganisationCode {
    OrganisationCode::parse(organisation).unwrap()
}

/// The types of the events that a worker of an organisation is shown, in order.
fn shown(story: &Story, organisation: &str, role: Role) -> Vec<&'static str> {
    let seen = seen_by(&story.history, &of(organisation), role);
    let history = seen.as_ref().unwrap_or(&story.history);
    let facts = history.events().iter().filter_map(RecordedEvent::fact);
    facts.map(Fact::event_type).collect()
}

/// How many of the last events of a record an organisation is not shown.
fn hidden_of_last(story: &Story, organisation: &str, last: usize) -> Vec<bool> {
    let withheld = Withheld::of(&story.history, &of(organisation), Role::Worker);
    let events = story.history.events();
    events[events.len() - last..]
        .iter()
        .map(|event| {
            withheld
                .as_ref()
                .is_some_and(|withheld| withheld.hides(event.envelope.id))
        })
        .collect()
}

fn last_event(story: &Story) -> EventId {
    story.history.events().last().unwrap().envelope.id
}

/// Treated in prison; the police know of something that others may not.
fn told_by_the_police() -> (Story, NeedId) {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    story.episode("2026-03-01", PRISON_CARE);
    let need = story.staff_of(POLICE, "2026-03-05", raise("cuckooing")).created[0];
    (story, need.into())
}

#[test]
fn a_restricted_need_is_shown_to_who_raised_it_to_workers_of_an_open_episode_and_without_its_code_to_auditors()
 {
    let (story, _) = told_by_the_police();
    let raised = |organisation: &str, role| shown(&story, organisation, role).contains(&"need.raised");
    assert!(raised(POLICE, Role::Worker) && raised(POLICE, Role::Liaison));
    assert!(raised(PRISON_CARE, Role::Worker) && raised(PRISON_CARE, Role::Clinician));
    assert!(!raised(PRISON_CARE, Role::Liaison), "liaison gives no care");
    assert!(!raised(SUNDERLAND, Role::Worker));
    assert!(raised(SUNDERLAND, Role::Auditor));
    let code_for = |organisation: &str, role| {
        let seen = seen_by(&story.history, &of(organisation), role);
        let history = seen.as_ref().unwrap_or(&story.history);
        history.events().iter().find_map(|event| match event.fact() {
            Some(Fact::NeedRaised(NeedRaised { code, .. })) => Some(code.to_string()),
            _ => None,
        })
    };
    assert_eq!(code_for(PRISON_CARE, Role::Worker).as_deref(), Some("cuckooing"));
    assert_eq!(code_for(SUNDERLAND, Role::Auditor).as_deref(), Some("restricted"));
    // An ordinary need is shown to all of them with its code, auditors too.
    let mut ordinary = Story::of_an_adult();
    ordinary.staff_of(POLICE, "2026-03-05", raise("housing"));
    assert!(Withheld::of(&ordinary.history, &of(SUNDERLAND), Role::Worker).is_none());
    assert!(Withheld::of(&ordinary.history, &of(SUNDERLAND), Role::Auditor).is_none());
}

#[test]
fn a_drug_test_alone_takes_no_code_from_auditors() {
    // Sensitive for others, and nothing of it is a restricted need.
    let (mut story, need) = told_by_the_police();
    assert!(Withheld::of(&story.history, &of(SUNDERLAND), Role::Auditor).is_some());
    let raised = last_event(&story);
    story.staff_of(POLICE, "2026-03-06", void(vec![raised], Replaced::No));
    assert!(
        Withheld::of(&story.history, &of(SUNDERLAND), Role::Auditor).is_some(),
        "what was entered in error was told all the same"
    );
    let _ = need;
}

#[test]
fn what_rests_on_a_withheld_need_is_withheld_with_it_and_counted() {
    let (mut story, need) = told_by_the_police();
    let before = story.history.version();
    story.staff_of(POLICE, "2026-03-06", clear(need));
    let cleared = last_event(&story);
    story.staff_of(POLICE, "2026-03-07", void(vec![cleared], Replaced::No));
    let voided = last_event(&story);
    story.staff_of(POLICE, "2026-03-08", void(vec![voided], Replaced::No));
    story.staff_of(POLICE, "2026-03-09", raise("housing"));
    assert_eq!(
        hidden_of_last(&story, SUNDERLAND, 5),
        [true, true, true, true, false]
    );
    assert_eq!(hidden_of_last(&story, PRISON_CARE, 5), [false; 5]);
    let withheld = Withheld::of(&story.history, &of(SUNDERLAND), Role::Worker).unwrap();
    assert_eq!(withheld.count(), 4);
    let stream = story.history.stream();
    let up_to = |version| withheld.count_up_to(&story.history, stream, version);
    assert_eq!(
        [before - 1, before, before + 1, before + 3, before + 4].map(up_to),
        [0, 1, 2, 4, 4]
    );
    let elsewhere = throughcare_domain::stream::StreamId::person(throughcare_domain::id::PersonId(
        uuid::Uuid::from_u128(77),
    ));
    assert_eq!(withheld.count_up_to(&story.history, elsewhere, before + 4), 0);
}

#[test]
fn a_clearing_or_a_correction_of_something_else_is_not_withheld() {
    let (mut story, _) = told_by_the_police();
    let other: NeedId = story.staff_of(POLICE, "2026-03-06", raise("housing")).created[0].into();
    story.staff_of(POLICE, "2026-03-07", clear(other));
    let cleared = last_event(&story);
    story.staff_of(POLICE, "2026-03-08", void(vec![cleared], Replaced::No));
    assert_eq!(hidden_of_last(&story, SUNDERLAND, 4), [true, false, false, false]);
}

/// A need entered wrongly and entered again as a restricted one: the first is voided, and that is all that others see.
#[test]
fn a_replacement_that_is_withheld_looks_as_if_nothing_had_been_entered_instead() {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    story.staff_of(POLICE, "2026-03-05", raise("housing"));
    let wrong = last_event(&story);
    let said = Command::EnterReplacement {
        replaces: vec![wrong],
        from_elsewhere: false,
    };
    story.together(
        POLICE,
        [
            (on("2026-03-06"), void(vec![wrong], Replaced::Here)),
            (on("2026-03-06"), said),
            (on("2026-03-05"), raise("cuckooing")),
        ],
    );
    assert_eq!(hidden_of_last(&story, SUNDERLAND, 3), [false, true, true]);
    let replaced = |organisation: &str| {
        let seen = seen_by(&story.history, &of(organisation), Role::Worker);
        let history = seen.as_ref().unwrap_or(&story.history);
        history.events().iter().find_map(|event| match event.fact() {
            Some(Fact::EventVoided(f)) => Some(f.replaced),
            _ => None,
        })
    };
    assert_eq!(replaced(SUNDERLAND), Some(Replaced::No));
    assert_eq!(replaced(POLICE), Some(Replaced::Here));
}

/// The other way round: what was restricted by mistake is entered again for everybody, under the same id.
#[test]
fn a_need_that_is_entered_again_unrestricted_is_shown_with_what_rests_on_it() {
    let (mut story, need) = told_by_the_police();
    let wrong = last_event(&story);
    let said = Command::EnterReplacement {
        replaces: vec![wrong],
        from_elsewhere: false,
    };
    story.together(
        POLICE,
        [
            (on("2026-03-06"), void(vec![wrong], Replaced::Here)),
            (on("2026-03-06"), said),
            (on("2026-03-05"), raise("housing")),
        ],
    );
    story.staff_of(POLICE, "2026-03-10", clear(need));
    // The entry itself and its voiding stay withheld; that something took its place is told, without naming it.
    assert_eq!(
        hidden_of_last(&story, SUNDERLAND, 5),
        [true, true, false, false, false]
    );
    let seen = seen_by(&story.history, &of(SUNDERLAND), Role::Worker).unwrap();
    let told = seen.events().iter().find_map(|event| match event.fact() {
        Some(Fact::ReplacementEntered(f)) => Some(f.replaces.clone()),
        _ => None,
    });
    assert_eq!(told, Some(Vec::new()));
}

/// What a worker sees after an append is judged by what it adds.
#[test]
fn whether_an_organisation_treats_somebody_is_judged_after_what_is_added() {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    let referral = story.refer("2026-03-01", SUNDERLAND);
    story.accept("2026-03-01", referral);
    let after = |story: &Story, drafts: &[Draft], organisation: &str, role| {
        treats_after(&story.state(), drafts, &of(organisation), role)
    };
    let before = story.clone();
    let triage = Command::Triage {
        referral,
        outcome: code("treatment_needed"),
        substances: Vec::new(),
    };
    let opened = story.staff("2026-03-02", triage);
    assert!(!after(&before, &[], SUNDERLAND, Role::Worker));
    assert!(after(&before, &opened.drafts, SUNDERLAND, Role::Worker));
    assert!(after(&before, &opened.drafts, SUNDERLAND, Role::Clinician));
    assert!(!after(&before, &opened.drafts, SUNDERLAND, Role::Liaison));
    assert!(!after(&before, &opened.drafts, SOUTH_TYNESIDE, Role::Worker));
    assert!(treats(&story.state(), &of(SUNDERLAND), Role::Worker));
    assert!(after(&story, &[], SUNDERLAND, Role::Worker));
    let episode = story.state().episodes[0].id;
    let open = story.clone();
    let left = story.staff("2026-03-20", exit(episode, "80", None));
    assert!(!after(&open, &left.drafts, SUNDERLAND, Role::Worker));
    assert!(!after(&story, &[], SUNDERLAND, Role::Worker));
    let ended = story.clone();
    let back = Command::RescindExit {
        episode,
        reason: code("ended_too_early"),
    };
    let back = story.staff("2026-03-21", back);
    assert!(after(&ended, &back.drafts, SUNDERLAND, Role::Worker));
}
