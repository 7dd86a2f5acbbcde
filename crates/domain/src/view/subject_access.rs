//! A person's own copy of what is held about them: each event in words and as it is stored, without those of whom it
//! also tells, and with what an officer has to look at before it is handed over.
//!
//! Who is left out: members of staff, by a number that means the same one everywhere in the copy; other people's
//! records. Organisations are named: they are no people. What may harm somebody is not left out by the program, which
//! cannot judge it: it is marked ([`Review`]), and the officer says what is left out ([`LeaveOut`]). What is left out is
//! left out before anything is folded, so that nothing computed tells of it.
//!
//! Sources: UK GDPR art. 15; DPA 2018 Sch. 2 para 16 (others who would be named), Sch. 3 Part 2 para 5 (serious harm)
//! and s. 45(4) (prevention and detection of crime); para 17 of Sch. 2 lets an officer name health and social workers,
//! which is for them to add (own reading).

mod about;
mod others;
mod review;

pub use about::{BEFORE_YOU_GIVE_IT, PURPOSES, RETENTION, RIGHTS};
pub use review::Review;

use super::timeline::{TimelineEntry, timeline};
use crate::directory::Directory;
use crate::event::{Body, RecordedEvent};
use crate::fact::{EVENTS, Fact};
use crate::history::History;
use crate::id::{EventId, PersonId};
use crate::reference::ReferenceData;
use jiff::civil::Date;
use others::Others;
use std::collections::{HashMap, HashSet};

/// What an officer leaves out of a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaveOut {
    /// All free text.
    pub notes: bool,
    /// Everything that is marked for another reason than its free text.
    pub marked: bool,
    /// These entries, and corrections of them.
    pub entries: HashSet<EventId>,
}

/// One event of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyEntry {
    /// In words, with its times, who recorded it and by which correction it no longer counts.
    pub line: TimelineEntry,
    /// What its type says; `None` when it was erased.
    pub says: Option<&'static str>,
    /// As it is stored, without other people.
    pub event: RecordedEvent,
    /// What has to be looked at before it is handed over.
    pub review: Vec<Review>,
}

/// A person's own copy.
#[derive(Clone, Debug)]
pub struct OwnCopy {
    /// What stands in it, for everything that is computed.
    pub history: History,
    /// Each event, in the order in which things happened.
    pub entries: Vec<CopyEntry>,
    /// How many entries were left out. For the officer: that there is something can harm as much as what it is.
    pub left_out: usize,
}

impl OwnCopy {
    /// The copy out of what is held.
    pub fn of(held: &History, leave: &LeaveOut, reference: &ReferenceData, directory: &Directory) -> Self {
        let mut marks = review::marks(held.events());
        let gone = gone(held.events(), leave, &marks);
        let own: HashSet<PersonId> = held
            .streams()
            .iter()
            .map(|(stream, _)| PersonId(stream.id))
            .collect();
        let mut others = Others::new(own);
        let stays = held
            .events()
            .iter()
            .filter(|event| !gone.contains(&event.envelope.id));
        let events: Vec<RecordedEvent> = stays
            .map(|event| kept(event, &gone, leave, &mut others))
            .collect();
        let history = held.with(events);
        let mut stored: HashMap<EventId, RecordedEvent> = history
            .events()
            .iter()
            .map(|event| (event.envelope.id, event.clone()))
            .collect();
        let lines = timeline(&history, reference, directory);
        let entries = lines.into_iter().filter_map(|line| {
            let mut review = marks.remove(&line.event).unwrap_or_default();
            review.retain(|mark| !(leave.notes && *mark == Review::FreeText));
            Some(CopyEntry {
                says: line.event_type.and_then(says),
                event: stored.remove(&line.event)?,
                review,
                line,
            })
        });
        Self {
            entries: entries.collect(),
            left_out: gone.len(),
            history,
        }
    }

    /// Only what was true from one day to another, both included. What is computed stays what it is.
    #[must_use]
    pub fn within(mut self, from: Option<Date>, to: Option<Date>) -> Self {
        self.entries.retain(|entry| {
            let day = entry.line.occurred.date();
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        });
        self
    }
}

fn says(event_type: &str) -> Option<&'static str> {
    let known = EVENTS.iter().find(|known| known.name == event_type);
    known.map(|known| known.says.trim())
}

/// What is left out: what was asked for, and every correction of it.
fn gone(
    events: &[RecordedEvent],
    leave: &LeaveOut,
    marks: &HashMap<EventId, Vec<Review>>,
) -> HashSet<EventId> {
    let marked = |event: EventId| {
        let marks = marks.get(&event);
        leave.marked && marks.is_some_and(|marks| marks.iter().any(|mark| *mark != Review::FreeText))
    };
    let mut gone: HashSet<EventId> = HashSet::new();
    for event in events {
        let id = event.envelope.id;
        let corrects = matches!(event.fact(), Some(Fact::EventVoided(f)) if gone.contains(&f.event));
        if corrects || marked(id) || leave.entries.contains(&id) {
            gone.insert(id);
        }
    }
    gone
}

/// An event as it stands in the copy.
fn kept(
    event: &RecordedEvent,
    gone: &HashSet<EventId>,
    leave: &LeaveOut,
    others: &mut Others,
) -> RecordedEvent {
    let mut kept = event.clone();
    if let Body::Fact(fact) = &mut kept.body {
        others.leave_out(fact);
        if let Fact::ReplacementEntered(f) = fact {
            f.replaces.retain(|replaced| !gone.contains(replaced));
        }
    }
    if leave.notes
        && let Some(identity) = &mut kept.identity
    {
        identity.note = None;
    }
    // Who it was is not for the copy; the organisation and the role stay.
    kept.envelope.actor.user = None;
    kept.envelope.actor.client = String::new();
    kept.envelope.on_behalf_of = None;
    kept
}

#[cfg(test)]
mod tests;
