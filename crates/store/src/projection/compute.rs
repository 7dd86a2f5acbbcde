//! From a batch to rows: opens, computes, and finds out at which event somebody stands still. Pure work for the
//! processor; call it where blocking is allowed.

use super::batch::Batch;
use super::linked::combined;
use super::opened::{OpenHistory, SealedHistories, SealedHistory, Unread};
use super::tables::{Projection, Side};
use crate::Store;
use std::panic::{AssertUnwindSafe, catch_unwind};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;
use throughcare_domain::rows::Row;
use uuid::Uuid;

/// Computes what one person's rows are after each of some positions of their history, in which records that were ever
/// joined with theirs stand too. Must depend on nothing else than the history up to the position, and on facts of the
/// log before it.
pub type RowsOf = dyn Fn(PersonId, &[RecordedEvent], &[u64]) -> Vec<(u64, Vec<Row>)> + Send + Sync;

/// What one person's rows are after each of some positions.
#[derive(Clone, Debug)]
pub struct PersonUpdate {
    /// Whose.
    pub person: PersonId,
    /// Rows as known from each position on, in order of position.
    pub steps: Vec<(u64, Vec<Row>)>,
}

/// The event at which somebody, or all of a projection, stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison {
    /// Its position.
    pub position: u64,
    /// Why; no personal data.
    pub reason: String,
}

/// A projection goes no further than the event before this one.
pub type Halt = Poison;

/// What a batch comes to: ready to be written.
#[derive(Clone, Debug)]
pub struct Computed {
    pub(super) projection: Projection,
    pub(super) side: Side,
    /// The checkpoint before.
    pub from: u64,
    /// The checkpoint after; `from` when the projection cannot move.
    pub to: u64,
    /// Rows of those who have any new step.
    pub updates: Vec<PersonUpdate>,
    /// Who is parked, and at which event. Their steps before it are in `updates`.
    pub parked: Vec<(PersonId, Poison)>,
    /// Why `to` is not further.
    pub halt: Option<Halt>,
}

impl Store {
    /// Opens a batch and computes its rows. `halt` is what the caller found to stand in the way already.
    pub fn compute(&self, batch: Batch, halt: Option<Halt>, rows_of: &RowsOf) -> Computed {
        let Batch {
            projection,
            side,
            from,
            to,
            people,
        } = batch;
        let (computed, halt) = self.compute_people(people, from, to, halt, rows_of);
        let to = halt
            .as_ref()
            .map_or(to, |halt| to.min(halt.position - 1))
            .max(from);
        let (mut updates, mut parked) = (Vec::with_capacity(computed.len()), Vec::new());
        for (update, poison) in computed {
            parked.extend(poison.map(|poison| (update.person, poison)));
            if !update.steps.is_empty() {
                updates.push(update);
            }
        }
        Computed {
            projection,
            side,
            from,
            to,
            updates,
            parked,
            halt,
        }
    }

    /// The steps after `from` of each person, not further than the first event of a newer program.
    pub(super) fn compute_people(
        &self,
        people: SealedHistories,
        from: u64,
        to: u64,
        halt: Option<Halt>,
        rows_of: &RowsOf,
    ) -> (Vec<(PersonUpdate, Option<Poison>)>, Option<Halt>) {
        let SealedHistories { own, others, links } = people;
        let all = |sealed: Vec<SealedHistory>| -> Vec<OpenHistory> {
            sealed
                .into_iter()
                .map(|sealed| self.open_history(sealed))
                .collect()
        };
        let (mut open, others) = (all(own), all(others));
        let newer = open
            .iter()
            .chain(&others)
            .filter_map(|history| match &history.unread {
                Some(Unread::Newer(poison)) => Some(poison.clone()),
                _ => None,
            });
        let halt = newer
            .chain(halt.filter(|halt| halt.position <= to))
            .min_by_key(|halt| halt.position);
        let to = halt
            .as_ref()
            .map_or(to, |halt| to.min(halt.position.saturating_sub(1)));
        if !links.is_empty() {
            let with: Vec<OpenHistory> = open
                .iter()
                .map(|history| {
                    let linked = links.get(&history.person.0).map_or(&[][..], Vec::as_slice);
                    let find = |id: &Uuid| open.iter().chain(&others).find(|one| one.person.0 == *id);
                    combined(
                        history.clone(),
                        &linked.iter().filter_map(find).collect::<Vec<_>>(),
                    )
                })
                .collect();
            open = with;
        }
        let computed = open
            .into_iter()
            .map(|history| steps(history, from, to, rows_of))
            .collect();
        (computed, halt)
    }
}

/// One person's steps after `from`, and where they stand still.
pub(super) fn steps(
    history: OpenHistory,
    from: u64,
    to: u64,
    rows_of: &RowsOf,
) -> (PersonUpdate, Option<Poison>) {
    let mut events = history.events;
    events.truncate(events.partition_point(|event| event.envelope.position <= to));
    let positions: Vec<u64> = events
        .iter()
        .map(|event| event.envelope.position)
        .filter(|position| *position > from)
        .collect();
    let damaged = match history.unread {
        Some(Unread::Damaged(poison)) if poison.position <= to => Some(poison),
        _ => None,
    };
    let (steps, faulty) = guarded(history.person, &events, &positions, rows_of);
    let update = PersonUpdate {
        person: history.person,
        steps,
    };
    (update, faulty.or(damaged))
}

/// One person's rows at a position, and where they stand still.
pub(super) fn now(history: OpenHistory, to: u64, rows_of: &RowsOf) -> (Vec<Row>, Option<Poison>) {
    let person = history.person;
    let theirs = |event: &RecordedEvent| event.envelope.stream.id == person.0;
    let last = history.events.iter().rfind(|event| event.envelope.position <= to);
    let from = match last {
        // What is known at a position does not depend on what was known before it.
        Some(last) if history.events.iter().all(theirs) => last.envelope.position - 1,
        // Where records were joined, not every position is a step.
        _ => 0,
    };
    let (update, poison) = steps(history, from, to, rows_of);
    let rows = update.steps.into_iter().last().map(|(_, rows)| rows);
    (rows.unwrap_or_default(), poison)
}

/// Computes; when that panics, the steps before the first event at which it does.
fn guarded(
    person: PersonId,
    events: &[RecordedEvent],
    positions: &[u64],
    rows_of: &RowsOf,
) -> (Vec<(u64, Vec<Row>)>, Option<Poison>) {
    if positions.is_empty() {
        return (Vec::new(), None);
    }
    // Nothing is kept of what panicked but its position.
    let attempt = |events: &[RecordedEvent], positions: &[u64]| {
        catch_unwind(AssertUnwindSafe(|| rows_of(person, events, positions))).ok()
    };
    if let Some(steps) = attempt(events, positions) {
        return (steps, None);
    }
    let mut steps = Vec::new();
    for position in positions {
        let known = events.partition_point(|event| event.envelope.position <= *position);
        match attempt(&events[..known], &[*position]) {
            Some(step) => steps.extend(step),
            None => {
                let reason = format!(
                    "the event at position {position}: the program has a fault in computing this person's rows; \
                     its log says where"
                );
                let position = *position;
                return (steps, Some(Poison { position, reason }));
            }
        }
    }
    // Computed one by one they do not panic: then they are right.
    (steps, None)
}
