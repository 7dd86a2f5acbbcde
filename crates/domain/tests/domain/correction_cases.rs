//! Corrections: case N4, what rests on what, and the law that an error voided is as if never made.

use crate::story::{
    POLICE, PRISON_CARE, SUNDERLAND, Story, code, day, directory, event, kit, noon, on, service,
};
use crate::wild::any_history;
use proptest::prelude::*;
use proptest::sample::Index;
use throughcare_domain::access::{Permission, Rule, may_record};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Command, NewReferral};
use throughcare_domain::event::{Origin, RecordedEvent, Role};
use throughcare_domain::fact::{EventVoided, Fact, Replaced};
use throughcare_domain::history::History;
use throughcare_domain::id::EventId;
use throughcare_domain::rows::{Row, rows};
use throughcare_domain::state::PersonState;
use uuid::Uuid;

fn void(events: Vec<EventId>, replaced: Replaced) -> Command {
    Command::VoidEvents {
        events,
        reason: code("entered_in_error"),
        replaced,
    }
}

fn refer() -> Command {
    Command::Refer(NewReferral {
        source: code("arrest_referral"),
        to_service: service(SUNDERLAND),
        from_service: None,
        transfer_of: None,
        substances: Vec::new(),
    })
}

/// The last event of a type.
fn last(story: &Story, event_type: &str) -> EventId {
    let mut events = story.history.events().iter().rev();
    events
        .find(|event| event.fact().map(Fact::event_type) == Some(event_type))
        .unwrap()
        .envelope
        .id
}

/// N4: an issue recorded on the wrong person is voided and recorded on the right one; both histories say so, and
/// the count of kits does not change.
#[test]
fn n4_a_kit_recorded_on_the_wrong_person_moves_to_the_right_one() {
    let issue = Command::IssueKits {
        service: service(SUNDERLAND),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    };
    let (mut wrong, mut right) = (Story::of_an_adult(), Story::of_an_adult());
    wrong.staff_of(SUNDERLAND, "2026-03-01", issue.clone());
    let held = |story: &Story| story.state().kits.len();
    assert_eq!((held(&wrong), held(&right)), (1, 0));

    let error = last(&wrong, "naloxone.kit-issued");
    wrong.staff_of(SUNDERLAND, "2026-03-02", void(vec![error], Replaced::Elsewhere));
    let said = Command::EnterReplacement {
        replaces: vec![error],
        from_elsewhere: true,
    };
    right.staff_of(SUNDERLAND, "2026-03-02", said);
    right
        .recorded_on("2026-03-02")
        .staff_of(SUNDERLAND, "2026-03-01", issue);

    assert_eq!((held(&wrong), held(&right)), (0, 1));
    let voided = wrong.state().voided.clone();
    assert_eq!(
        (voided.len(), voided[0].event, voided[0].replaced),
        (1, error, Replaced::Elsewhere)
    );
    assert!(right.history.events().iter().any(
        |event| matches!(event.fact(), Some(Fact::ReplacementEntered(f)) if f.replaces == [error] && f.from_elsewhere)
    ));
}

#[test]
fn what_rests_on_an_entry_is_named_and_voided_with_it() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-01", SUNDERLAND);
    let referred = last(&story, "referral.received");
    story.accept("2026-03-03", referral);
    let accepted = last(&story, "referral.accepted");

    let alone = void(vec![referred], Replaced::No);
    let refusal = story
        .ask(Origin::Staff, POLICE, on("2026-03-05"), alone)
        .unwrap_err();
    let fault = &refusal.0.as_slice()[0];
    assert_eq!(
        (fault.code, fault.pointer.as_str()),
        ("others_rest_on_it", "/events")
    );
    assert!(fault.detail.contains(&accepted.to_string()), "{}", fault.detail);

    let both = void(vec![referred, accepted], Replaced::No);
    story.staff_of(POLICE, "2026-03-05", both);
    assert!(story.state().referrals.is_empty());
    assert!(story.state().conflicts.is_empty());
}

/// A wrong date is mended without touching what rests on the referral: the new entry is the same referral.
#[test]
fn what_is_entered_again_keeps_its_id() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-02", SUNDERLAND);
    let referred = last(&story, "referral.received");
    story.accept("2026-03-03", referral);

    let asked = [
        (on("2026-03-05"), void(vec![referred], Replaced::Here)),
        (
            on("2026-03-05"),
            Command::EnterReplacement {
                replaces: vec![referred],
                from_elsewhere: false,
            },
        ),
        (on("2026-02-27"), refer()),
    ];
    story.recorded_on("2026-03-05");
    let decision = story.together(POLICE, asked);
    assert_eq!(decision.created, [Uuid::from(referral)]);
    let state = story.state();
    let found = state.referral(referral).unwrap();
    assert_eq!(found.received.date(), day("2026-02-27"));
    assert_eq!(found.accepted.map(|at| at.date()), Some(day("2026-03-03")));
    assert!(state.conflicts.is_empty(), "{:?}", state.conflicts);
}

#[test]
fn only_what_is_there_and_counts_is_voided() {
    let mut story = Story::of_an_adult();
    story.refer("2026-03-01", SUNDERLAND);
    let (registered, referred) = (
        last(&story, "identity.person-registered"),
        last(&story, "referral.received"),
    );
    let nobody = EventId(Uuid::from_u128(99));
    let refused = |story: &mut Story, events: Vec<EventId>| {
        story.refused(POLICE, "2026-03-05", void(events, Replaced::No))
    };
    assert_eq!(refused(&mut story, vec![nobody]), ["unknown_event"]);
    assert_eq!(refused(&mut story, vec![registered]), ["opens_the_record"]);
    assert_eq!(refused(&mut story, vec![referred, referred]), ["named_twice"]);
    story.staff_of(POLICE, "2026-03-05", void(vec![referred], Replaced::No));
    assert_eq!(refused(&mut story, vec![referred]), ["already_voided"]);

    // The correction was the error: it is voided, and the referral counts again.
    let correction = last(&story, "correction.event-voided");
    story.staff_of(POLICE, "2026-03-06", void(vec![correction], Replaced::No));
    assert_eq!(story.state().referrals.len(), 1);
}

#[test]
fn an_entry_is_voided_by_who_recorded_it() {
    let mut story = Story::of_an_adult();
    let referral = story.refer("2026-03-01", SUNDERLAND);
    let referred = last(&story, "referral.received");
    story.staff_of(SUNDERLAND, "2026-03-02", Command::AcceptReferral(referral));
    let may = |who: &str, role| {
        let organisation = OrganisationCode::parse(who).unwrap();
        may_record(
            &void(vec![referred], Replaced::No),
            &story.history,
            directory(),
            &organisation,
            role,
            day("2026-12-31"),
        )
    };
    assert_eq!(may(POLICE, Role::Liaison), Permission::Allowed);
    assert_eq!(may(SUNDERLAND, Role::Worker), Rule::RecorderCorrects.into());
    // It sees something of its own of this record, and not this.
    assert_eq!(may(PRISON_CARE, Role::Worker), Permission::NotFound);
    assert_eq!(may(POLICE, Role::Auditor), Rule::AuditorRecordsNothing.into());
}

/// Voids the events at these places, after everything else.
fn with_voids(mut events: Vec<RecordedEvent>, errors: &[EventId]) -> Vec<RecordedEvent> {
    let organisation = OrganisationCode::parse(POLICE).unwrap();
    for error in errors {
        let position = events.len() as u64 + 1;
        let fact = EventVoided {
            event: *error,
            reason: code("entered_in_error"),
            replaced: Replaced::No,
        };
        let id = EventId(Uuid::from_u128(u128::from(position) + 0x1_0000));
        let at = noon(day("2027-01-01"));
        events.push(event(
            id,
            on("2027-01-01"),
            at,
            position,
            Origin::Staff,
            organisation.clone(),
            fact.into(),
        ));
    }
    events
}

/// What the lists show, with one id put in the place of another.
fn lists(state: &PersonState, put: Option<(EventId, EventId)>) -> Vec<Row> {
    let mut text = serde_json::to_string(&rows(state, directory())).unwrap();
    if let Some((old, new)) = put {
        text = text.replace(&old.to_string(), &new.to_string());
    }
    let mut rows: Vec<Row> = serde_json::from_str(&text).unwrap();
    rows.sort_by(|a, b| (a.kind, a.id, &a.service).cmp(&(b.kind, b.id, &b.service)));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_voided_is_as_if_never_told(
        events in any_history(40, 25),
        errors in proptest::collection::vec(any::<bool>(), 25),
    ) {
        let is_error = |at: usize| errors.get(at).copied().unwrap_or(false);
        let wrong: Vec<EventId> = events.iter().enumerate()
            .filter(|(at, _)| is_error(*at)).map(|(_, event)| event.envelope.id).collect();
        let right: Vec<RecordedEvent> = events.iter().filter(|event| !wrong.contains(&event.envelope.id)).cloned().collect();
        let mut never = PersonState::fold(&right);
        let mut corrected = PersonState::fold(&with_voids(events, &wrong));
        prop_assert!(wrong.iter().all(|error| corrected.voided(*error).is_some()));
        corrected.voided.clear();
        never.voided.clear();
        prop_assert_eq!(corrected, never);
    }

    #[test]
    fn voided_and_entered_again_the_lists_are_what_they_were(events in any_history(40, 25), chosen: Index) {
        prop_assume!(!events.is_empty());
        let mut events = events;
        // Room between two ids, so that the new entry stands among the facts of its day where the old one stood.
        for event in &mut events {
            event.envelope.id = EventId(Uuid::from_u128(Uuid::from(event.envelope.id).as_u128() * 2));
        }
        let chosen = events[chosen.index(events.len())].clone();
        // Other facts name these by their event: a release that is completed, an identifier withdrawn.
        prop_assume!(!matches!(chosen.fact(), Some(Fact::Released(_) | Fact::EventVoided(_))));
        prop_assume!(PersonState::fold(&events).voided(chosen.envelope.id).is_none());
        let voided = with_voids(events.clone(), &[chosen.envelope.id]);
        let position = voided.len() as u64 + 1;
        let mut again = chosen.clone();
        again.envelope.id = EventId(Uuid::from_u128(Uuid::from(chosen.envelope.id).as_u128() + 1));
        again.envelope.position = position;
        again.envelope.stream_version = u32::try_from(position).unwrap();
        let put = (again.envelope.id, chosen.envelope.id);
        let before = PersonState::fold(&events);
        let after = PersonState::fold(voided.iter().chain([&again]));
        prop_assert_eq!(lists(&after, Some(put)), lists(&before, None));
    }

    #[test]
    fn corrections_are_learned_in_any_order(
        (events, shuffled) in any_history(10, 15).prop_flat_map(|events| {
            let errors: Vec<EventId> = events.iter().step_by(2).map(|event| event.envelope.id).collect();
            let mut events = with_voids(events, &errors);
            let voids: Vec<EventId> = events.iter().rev().take(errors.len()).step_by(2).map(|event| event.envelope.id).collect();
            events = with_voids(events, &voids);
            (Just(events.clone()), Just(events).prop_shuffle())
        })
    ) {
        let mut history = History::default();
        for one in shuffled {
            history.now();
            history.learn([one]);
        }
        prop_assert_eq!(history.now(), &PersonState::fold(&events));
    }
}
