//! The county's people, folded one fact at a time as it was recorded.

use crate::support::{HISTORIES, directory};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::IdentityDetail;
use throughcare_domain::rows::{rows, steps};
use throughcare_domain::state::{PersonState, Running};

/// Every eighth person with the positions that a log of their own would give.
fn some() -> impl Iterator<Item = Vec<RecordedEvent>> {
    HISTORIES.values().step_by(8).map(|history| {
        let mut events = history.events().to_vec();
        for (event, position) in events.iter_mut().zip(1..) {
            event.envelope.position = position;
        }
        events
    })
}

#[test]
fn the_running_fold_is_the_fold_of_every_prefix() {
    for events in some() {
        let mut running = Running::default();
        for seen in 0..events.len() {
            running.learn(&events[..seen], [&events[seen]]);
            assert_eq!(*running.state(), PersonState::fold(&events[..=seen]));
        }
    }
}

#[test]
fn steps_are_the_lines_of_every_prefix() {
    let directory = directory();
    let mut lines = 0;
    for events in some() {
        let positions: Vec<u64> = (1..).take(events.len()).collect();
        let steps = steps(&events, &positions, |_| &directory);
        for ((position, told), seen) in steps.into_iter().zip(1..) {
            assert_eq!(position, seen as u64);
            assert_eq!(told, rows(&PersonState::fold(&events[..seen]), &directory));
            lines += told.len();
        }
    }
    assert!(lines > 10_000, "{lines}");
}

/// The history with the same details told by every event of some types.
fn with_details(events: &[RecordedEvent], told_by: impl Fn(&str) -> bool) -> Vec<RecordedEvent> {
    let told = || Some("told".to_owned());
    let detail = IdentityDetail {
        given_name: told(),
        family_name: told(),
        identifier: told(),
        address: told(),
        postcode: told(),
        contact: told(),
        note: told(),
    };
    let mut events = events.to_vec();
    for event in &mut events {
        if event.fact().is_some_and(|fact| told_by(fact.event_type())) {
            event.identity = Some(detail.clone());
        }
    }
    events
}

/// What the store relies on when it leaves notes sealed (`Parts::Known`).
#[test]
fn the_fold_asks_for_details_of_identity_events_alone() {
    for events in HISTORIES.values().map(|history| history.events()) {
        let noted = with_details(events, |name| !name.starts_with("identity."));
        assert_eq!(PersonState::fold(&noted), PersonState::fold(events));
    }
}

/// Negative control: details of one of those types change the fold.
#[test]
fn details_of_an_identity_event_are_seen() {
    let seen = HISTORIES.values().map(|history| history.events()).any(|events| {
        let other = with_details(events, |name| name == "identity.residence-recorded");
        PersonState::fold(&other) != PersonState::fold(events)
    });
    assert!(seen);
}

/// Who somebody is, from the events that tell it alone: what lists show beside a line.
#[test]
fn identity_is_told_by_identity_events_alone() {
    for events in HISTORIES.values().map(|history| history.events()) {
        let telling = |event: &&RecordedEvent| {
            event
                .fact()
                .is_some_and(|fact| fact.event_type().starts_with("identity."))
        };
        assert_eq!(
            PersonState::fold(events.iter().filter(telling)).identity,
            PersonState::fold(events).identity
        );
    }
}
