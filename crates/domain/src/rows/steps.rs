//! The lines as they were known, position by position.

use super::{Row, rows};
use crate::directory::Directory;
use crate::event::RecordedEvent;
use crate::id::PersonId;
use crate::merge::Ties;
use crate::state::{PersonState, Running};
use crate::stock;
use crate::stream::StreamKind;

/// The lines of one person, or of one service's stock, as known after each of the positions, which rise. The history
/// stands in order of position; `directory_at` gives the directory as known at one.
///
/// What is known at a position is what [`rows`] says of the fold of the events up to it.
pub fn steps<'d>(
    history: &[RecordedEvent],
    positions: &[u64],
    directory_at: impl Fn(u64) -> &'d Directory,
) -> Vec<(u64, Vec<Row>)> {
    if history.first().map(|event| event.envelope.stream.kind) == Some(StreamKind::Service) {
        return stock::steps(history, positions, directory_at);
    }
    let mut running = Running::default();
    let mut seen = 0;
    let step = |position: &u64| {
        let known = seen + history[seen..].partition_point(|event| event.envelope.position <= *position);
        running.learn(&history[..seen], &history[seen..known]);
        seen = known;
        (*position, rows(running.state(), directory_at(*position)))
    };
    positions.iter().map(step).collect()
}

/// As [`steps`], of a person whose record may have been joined with others: the history then holds the events of all of
/// them. What the merges known at a position tie together is folded together, and its lines are those of the record
/// that survives; one that is given up has none. A position at which somebody else's record told something is left out.
///
/// Source: `design.md`, "Streams" (merge).
pub fn steps_of<'d>(
    person: PersonId,
    history: &[RecordedEvent],
    positions: &[u64],
    directory_at: impl Fn(u64) -> &'d Directory,
) -> Vec<(u64, Vec<Row>)> {
    if history.iter().all(|event| event.envelope.stream.id == person.0) {
        return steps(history, positions, directory_at);
    }
    let (mut ties, mut seen) = (Ties::default(), 0);
    let step = |position: &u64| {
        let known = history.partition_point(|event| event.envelope.position <= *position);
        let last = history[..known].last()?;
        for event in &history[seen..known - 1] {
            ties.learn(event);
        }
        let before = ties.records(person);
        ties.learn(last);
        seen = known;
        let records = ties.records(person);
        // What another record tells while both are apart is no step: the directory may have changed meanwhile, and a
        // person's lines move with what is told of them alone.
        let told = PersonId(last.envelope.stream.id);
        if !before.all.contains(&told) && !records.all.contains(&told) {
            return None;
        }
        if records.surviving != person {
            return Some((*position, Vec::new()));
        }
        let theirs = history[..known]
            .iter()
            .filter(|event| records.all.contains(&PersonId(event.envelope.stream.id)));
        let lines = rows(&PersonState::fold(theirs), directory_at(*position));
        Some((*position, lines))
    };
    positions.iter().filter_map(step).collect()
}
