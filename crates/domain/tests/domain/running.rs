//! The fold, one fact at a time: the same answers as folding everything anew.

use crate::story::directory;
use crate::wild::{any_history, any_rests};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::history::History;
use throughcare_domain::rows::{rows, steps};
use throughcare_domain::state::{PersonState, Running};

/// How a running fold learns events told after those it has seen.
type Learns = fn(&mut Running, seen: &[RecordedEvent], new: &[RecordedEvent]);

fn learns(running: &mut Running, seen: &[RecordedEvent], new: &[RecordedEvent]) {
    running.learn(seen, new);
}

/// The first number of events, told so many at once, after which the running fold does not say what the fold says.
fn first_difference(events: &[RecordedEvent], at_once: usize, learns: Learns) -> Option<usize> {
    let mut running = Running::default();
    let mut seen = 0;
    for new in events.chunks(at_once) {
        learns(&mut running, &events[..seen], new);
        seen += new.len();
        if *running.state() != PersonState::fold(&events[..seen]) {
            return Some(seen);
        }
    }
    None
}

/// The history in the order of telling, and in any other.
fn arrivals(days: i32, most: usize) -> impl Strategy<Value = Vec<RecordedEvent>> {
    any_history(days, most)
        .prop_flat_map(|events| prop_oneof![Just(events.clone()), Just(events).prop_shuffle()])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_running_fold_says_what_the_fold_says_after_every_fact(
        events in prop_oneof![arrivals(3, 20), arrivals(90, 40)], at_once in 1usize..4
    ) {
        prop_assert_eq!(first_difference(&events, at_once, learns), None);
    }

    /// Holds and resumptions take turns, and start profiles wait for their episode, in whatever order they come.
    #[test]
    fn so_it_does_of_what_takes_turns(
        events in any_rests(3, 14).prop_flat_map(|events| Just(events).prop_shuffle()), at_once in 1usize..3
    ) {
        prop_assert_eq!(first_difference(&events, at_once, learns), None);
    }

    /// Wild facts in the order in which they were true: nothing is folded again but for undated movements.
    #[test]
    fn so_it_does_when_facts_come_in_their_own_order(events in any_history(200, 40)) {
        let events: Vec<_> = throughcare_domain::state::order::in_order(&events).into_iter().cloned().collect();
        prop_assert_eq!(first_difference(&events, 1, learns), None);
    }

    #[test]
    fn steps_are_the_rows_of_every_prefix(events in arrivals(40, 30), chosen in proptest::collection::vec(any::<bool>(), 30)) {
        let mut events = events;
        for (event, position) in events.iter_mut().zip(3u64..) {
            event.envelope.position = position * 2;
        }
        let positions: Vec<u64> = (1u64..40).zip(chosen).filter(|(_, chosen)| *chosen).map(|(at, _)| at * 2).collect();
        let expected: Vec<_> = positions
            .iter()
            .map(|at| {
                let known = events.iter().filter(|event| event.envelope.position <= *at);
                (*at, rows(&PersonState::fold(known), directory()))
            })
            .collect();
        prop_assert_eq!(steps(&events, &positions, |_| directory()), expected);
    }
}

proptest! {
    /// Asked or not before it learns: a history's own fold is that of its events.
    #[test]
    fn a_history_that_learns_stays_true_to_its_events(events in arrivals(20, 25), known in 0usize..25, asked: bool) {
        let (before, new) = events.split_at(known.min(events.len()));
        let mut history = History::new(before.to_vec());
        if asked {
            prop_assert_eq!(history.now(), &PersonState::fold(before));
        }
        history.learn(new.to_vec());
        prop_assert_eq!(history.now(), &PersonState::fold(&events));
        prop_assert_eq!(history.state(None, None), PersonState::fold(&events));
    }
}

/// Negative control: folding again only what is new, when a fact belongs between others, is caught.
#[test]
fn a_running_fold_that_forgets_is_caught() {
    let forgets: Learns = |running, _, new| running.learn([], new);
    assert!(is_caught(forgets), "the property cannot fail");
    assert!(!is_caught(learns));
}

/// True when one of a hundred histories tells this way of learning from the fold.
fn is_caught(learns: Learns) -> bool {
    let mut runner = TestRunner::deterministic();
    (0..100).any(|_| {
        let events = arrivals(3, 20).new_tree(&mut runner).unwrap().current();
        first_difference(&events, 1, learns).is_some()
    })
}
