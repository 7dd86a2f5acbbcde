//! The county's people, folded one fact at a time as it was recorded.

use crate::support::{HISTORIES, directory};
use throughcare_domain::event::RecordedEvent;
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
