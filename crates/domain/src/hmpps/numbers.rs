//! Numbers that turned out to be one person's, and numbers that turned out not to be.
//!
//! Two records are never joined by a machine: that needs a named worker who sees both (`ARCHITECTURE.md`). What a message
//! says is a fact about numbers, and is recorded as one: each record that holds either number gets the other too, so
//! that whatever comes under either finds somebody. Where two records hold them, joining them is somebody's work.

use super::{Event, SYSTEM};
use crate::event::SourceReference;
use crate::fact::Fact;
use crate::history::History;
use crate::id::EventId;
use crate::identifier::{Identifier, IdentifierKind};
use jiff::Timestamp;

/// Two numbers of one kind, and what was told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The number that goes on.
    pub kept: Identifier,
    /// The number that was given up, or is in use again.
    pub other: Identifier,
    /// When.
    pub at: Timestamp,
    /// They are one person's; or they are not, after all.
    pub joined: bool,
}

pub(super) fn prisoners_merged(event: &Event) -> Result<Numbers, &'static str> {
    let kind = IdentifierKind::PrisonerNumber;
    two(
        event,
        event
            .number(kind, &["nomsNumber"], Some("NOMS"))
            .ok_or("no_prisoner_number")?,
        event
            .number(kind, &["removedNomsNumber"], None)
            .ok_or("no_removed_number")?,
        true,
    )
}

pub(super) fn cases_merged(event: &Event) -> Result<Numbers, &'static str> {
    let kind = IdentifierKind::Crn;
    two(
        event,
        event
            .number(kind, &["targetCRN", "targetCrn"], Some("CRN"))
            .ok_or("no_target_crn")?,
        event
            .number(kind, &["sourceCRN", "sourceCrn"], None)
            .ok_or("no_source_crn")?,
        true,
    )
}

pub(super) fn cases_unmerged(event: &Event) -> Result<Numbers, &'static str> {
    let kind = IdentifierKind::Crn;
    two(
        event,
        event
            .number(kind, &["unmergedCRN", "unmergedCrn"], Some("CRN"))
            .ok_or("no_unmerged_crn")?,
        event
            .number(kind, &["reactivatedCRN", "reactivatedCrn"], None)
            .ok_or("no_reactivated_crn")?,
        false,
    )
}

fn two(event: &Event, kept: Identifier, other: Identifier, joined: bool) -> Result<Numbers, &'static str> {
    match kept == other {
        true => Err("same_number_twice"),
        false => Ok(Numbers {
            kept,
            other,
            at: event.occurred_at,
            joined,
        }),
    }
}

/// Whether the two numbers of a message are one person's, by everything that was told of these two: what happened last
/// counts, and of one moment the parting.
pub fn stand_joined(pair: &Numbers, told: &[Numbers]) -> bool {
    let same = |one: &&Numbers| {
        (one.kept == pair.kept && one.other == pair.other)
            || (one.kept == pair.other && one.other == pair.kept)
    };
    let last = told.iter().filter(same).max_by_key(|one| (one.at, !one.joined));
    last.map_or(pair.joined, |last| last.joined)
}

/// What is to be done to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumbersStep {
    /// Record the number under this reference.
    Record(Identifier, SourceReference),
    /// Take back what a message recorded, under this reference.
    Withdraw(EventId, SourceReference),
}

/// What two numbers ask of a record that holds one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumbersDue {
    /// What the program does.
    pub steps: Vec<NumbersStep>,
    /// The record holds both though they are two people's, and not because a message said otherwise: somebody has to
    /// part them.
    pub to_part: bool,
}

/// What two numbers ask of a record. `key` is the reference of the message.
pub fn numbers_due(history: &History, pair: &Numbers, joined: bool, key: &str) -> NumbersDue {
    let mut due = NumbersDue::default();
    // Who recorded each number, as far as it counts.
    let held = |number: &Identifier| {
        let identity = &history.now().identity;
        let mut current = identity.current_identifiers();
        current
            .find(|one| one.kind == number.kind() && one.value.as_deref() == Some(number.value()))
            .map(|one| one.recorded.by)
    };
    let both = [&pair.kept, &pair.other];
    let [kept, other] = both.map(held);
    match (joined, kept, other) {
        (_, None, None) => {}
        (true, Some(_), None) | (true, None, Some(_)) => {
            let missing = if kept.is_none() { &pair.kept } else { &pair.other };
            let place = if kept.is_none() { 'k' } else { 'o' };
            let times = history
                .events()
                .iter()
                .filter(|event| told_by_message(history, event.envelope.id))
                .count();
            let value = format!("{key}-{place}{times}");
            due.steps
                .push(NumbersStep::Record(missing.clone(), referred(value)));
        }
        (false, Some(kept), Some(other)) => {
            // One of them may have been known here by itself; that one stays.
            let by_message: Vec<EventId> = [other, kept]
                .into_iter()
                .filter(|event| told_by_message(history, *event))
                .collect();
            match by_message.first() {
                Some(event) => {
                    let value = format!("{key}-w{}", event.0.simple());
                    due.steps.push(NumbersStep::Withdraw(*event, referred(value)));
                }
                None => due.to_part = true,
            }
        }
        _ => {}
    }
    due
}

fn referred(value: String) -> SourceReference {
    SourceReference {
        system: SYSTEM.to_owned(),
        value,
    }
}

/// True for an identifier that a message recorded.
fn told_by_message(history: &History, event: EventId) -> bool {
    history.events().iter().any(|one| {
        one.envelope.id == event
            && matches!(one.fact(), Some(Fact::IdentifierRecorded(_)))
            && one
                .envelope
                .source
                .as_ref()
                .is_some_and(|source| source.system == SYSTEM)
    })
}
