//! Everything that was recorded about a person, a line for each event, in words for a clerk.

use super::sentences::Teller;
use super::words::Words;
use crate::code::OrganisationCode;
use crate::directory::Directory;
use crate::event::{Origin, RecordedEvent, Role};
use crate::fact::Fact;
use crate::history::History;
use crate::id::EventId;
use crate::reference::ReferenceData;
use crate::state::{Dated, order};
use crate::when::Occurred;
use jiff::Timestamp;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The event.
    pub event: EventId,
    /// Its type; `None` when the fact was erased.
    pub event_type: Option<&'static str>,
    /// When it was true, with the precision in which it was told.
    pub occurred: Occurred,
    /// When this system knew.
    pub recorded_at: Timestamp,
    /// Whole days between the two; 0 when it was recorded on its day.
    pub days_late: i32,
    /// What happened, in plain English, without names or identifiers.
    pub sentence: String,
    /// Who recorded it.
    pub organisation: OrganisationCode,
    /// In which role.
    pub role: Role,
    /// Typed by a person or sent by a system.
    pub origin: Origin,
    /// Why it does not fit the rest of the record; empty when it fits.
    pub conflicts: Vec<TimelineConflict>,
}

/// Why an event does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineConflict {
    /// Stable code, such as `overlapping_prison_spell`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: String,
}

/// The lines of a history that holds what was true and known, in the order in which things happened. Codes
/// are put into words by the lists, services by the directory.
pub fn timeline(history: &History, reference: &ReferenceData, directory: &Directory) -> Vec<TimelineEntry> {
    let state = history.state(None, None);
    let teller = Teller {
        state: &state,
        words: Words { reference, directory },
    };
    order::in_order(&history.events)
        .into_iter()
        .map(|event| entry(event, &teller))
        .collect()
}

fn entry(event: &RecordedEvent, teller: &Teller<'_>) -> TimelineEntry {
    let envelope = &event.envelope;
    let conflicts = teller
        .state
        .conflicts
        .iter()
        .filter(|conflict| conflict.event == envelope.id);
    TimelineEntry {
        event: envelope.id,
        event_type: event.fact().map(Fact::event_type),
        occurred: envelope.occurred,
        recorded_at: envelope.recorded_at,
        days_late: Dated::from(envelope).days_late(),
        sentence: event.fact().map_or_else(
            || "What was recorded here has been erased.".to_owned(),
            |fact| teller.sentence(fact),
        ),
        organisation: envelope.actor.organisation.clone(),
        role: envelope.actor.role,
        origin: envelope.origin,
        conflicts: conflicts
            .map(|conflict| TimelineConflict {
                code: conflict.code,
                detail: conflict.detail.clone(),
            })
            .collect(),
    }
}
