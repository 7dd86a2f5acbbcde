//! What is to be on a record of all that HMPPS told of one prisoner, whatever the order in which it arrived.
//!
//! Each message is judged with all the others, never alone: what is on record and should not be is voided, what should
//! be and is not is recorded. So the end state is that of the set of messages.

use super::{SYSTEM, Told};
use crate::command::Direction;
use crate::event::{Origin, RecordedEvent, SourceReference};
use crate::fact::Fact;
use crate::history::History;
use crate::id::EventId;
use crate::when::{Occurred, london_date};
use jiff::Timestamp;

/// A movement that was told, with the reference under which it is on record.
#[derive(Clone, Debug)]
pub struct Known {
    /// The reference: the same for the same event in whichever message.
    pub key: String,
    /// What was told.
    pub told: Told,
}

/// What is to be voided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// Which message, as an index: who sent it takes it back.
    pub of: usize,
    /// Its event.
    pub event: EventId,
}

/// What is to be done to a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// What is on record and should not be.
    pub void: Vec<Void>,
    /// What should be and is not: which message, under which reference.
    pub record: Vec<(usize, SourceReference)>,
    /// Messages that leave nothing on the record: a release that was taken back, and what took it back.
    pub undone: Vec<usize>,
    /// By which message each is on the record: itself, or another that says the same; `None` for what the source has
    /// corrected since.
    pub stands: Vec<Option<usize>>,
}

impl Due {
    /// True when the record is as it should be.
    pub fn is_done(&self) -> bool {
        self.void.is_empty() && self.record.is_empty()
    }
}

/// Events on record of a message: of its reference, and of those that it got when it was recorded again.
fn of_key<'a>(history: &'a History, key: &'a str) -> impl Iterator<Item = &'a RecordedEvent> {
    history.events().iter().filter(move |event| {
        let source = event.envelope.source.as_ref();
        source.is_some_and(|source| {
            source.system == SYSTEM
                && (source.value == key
                    || source
                        .value
                        .strip_prefix(key)
                        .is_some_and(|rest| rest.starts_with('-')))
        })
    })
}

/// The event of a message that counts, when one does.
pub fn is_recorded(history: &History, key: &str) -> Option<EventId> {
    let mut events = of_key(history, key).map(|event| event.envelope.id);
    events.find(|event| history.now().voided(*event).is_none())
}

/// True when staff voided an event of this message: what they found out stands.
fn corrected_by_staff(history: &History, key: &str) -> bool {
    let own: Vec<EventId> = of_key(history, key).map(|event| event.envelope.id).collect();
    history.events().iter().any(|event| {
        event.envelope.origin == Origin::Staff
            && matches!(event.fact(), Some(Fact::EventVoided(f)) if own.contains(&f.event))
    })
}

/// By which message each of them stands: of all that was told of one event the last published counts, and of several
/// that say that one which is on record already, or staff judged already. What counts depends on the set of messages
/// alone; by which of two equal ones it is on record, does not show.
fn standing(history: &History, known: &[Known]) -> Vec<Option<usize>> {
    let of_event = |one: &Known| -> Vec<usize> {
        let all = known.iter().enumerate();
        all.filter(|(_, other)| other.told.is_same_event(&one.told))
            .map(|(at, _)| at)
            .collect()
    };
    known
        .iter()
        .map(|one| {
            let told = of_event(one);
            let last = told
                .iter()
                .max_by_key(|at| known[**at].told.published_in_order())?;
            let says = known[*last].told.says();
            if one.told.says() != says {
                return None;
            }
            let judged = |at: usize| {
                let key = &known[at].key;
                let weight = match (is_recorded(history, key), corrected_by_staff(history, key)) {
                    (Some(_), _) => 0,
                    (None, true) => 1,
                    (None, false) => 2,
                };
                (weight, key.clone())
            };
            told.into_iter()
                .filter(|at| known[*at].told.says() == says)
                .min_by_key(|at| judged(*at))
        })
        .collect()
}

/// What is to be done to the record of whoever holds the number, by everything that was told of it.
///
/// What the source corrected is not on the record, and what it said last is.
///
/// A release that a readmission undoes is not on the record. The readmission itself is there only when nothing else
/// says that the person was in prison then.
pub fn due(history: &History, known: &[Known]) -> Due {
    let mut due = Due {
        stands: standing(history, known),
        ..Due::default()
    };
    let counts = |at: usize| due.stands[at] == Some(at);
    let undoing: Vec<Vec<usize>> = known
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let releases = known.iter().enumerate();
            let undone = releases
                .filter(|(other, release)| counts(at) && counts(*other) && one.told.undoes(&release.told));
            undone.map(|(at, _)| at).collect()
        })
        .collect();
    let left: Vec<usize> = (0..known.len()).filter(|at| !counts(*at)).collect();
    let is_undone = |at: usize| undoing.iter().any(|releases| releases.contains(&at));
    for (at, one) in known.iter().enumerate() {
        let wanted = if left.contains(&at) || is_undone(at) {
            false
        } else if undoing[at].is_empty() {
            true
        } else {
            let besides = undoing[at]
                .iter()
                .chain(&left)
                .chain([&at])
                .map(|at| known[*at].key.as_str());
            !was_in_prison(history, &besides.collect::<Vec<_>>(), one.told.at)
        };
        if !wanted && !left.contains(&at) {
            due.undone.push(at);
        }
        match (wanted, is_recorded(history, &one.key)) {
            (false, Some(event)) => due.void.push(Void { of: at, event }),
            (true, None) if !corrected_by_staff(history, &one.key) => {
                let times = of_key(history, &one.key).count();
                let value = match times {
                    0 => one.key.clone(),
                    times => format!("{}-{times}", one.key),
                };
                let system = SYSTEM.to_owned();
                due.record.push((at, SourceReference { system, value }));
            }
            _ => {}
        }
    }
    // What takes back comes first, and the rest in the order in which it happened.
    due.record
        .sort_by_key(|(at, source)| (known[*at].told.at, source.clone()));
    due
}

/// True when the rest of the record says that the person was in prison at that moment.
fn was_in_prison(history: &History, besides: &[&str], at: Timestamp) -> bool {
    let left_out: Vec<EventId> = besides
        .iter()
        .flat_map(|key| of_key(history, key))
        .map(|event| event.envelope.id)
        .collect();
    let rest = history
        .events()
        .iter()
        .filter(|event| !left_out.contains(&event.envelope.id))
        .cloned()
        .collect();
    let rest = history.with(rest);
    let before = |occurred: Occurred| match occurred {
        Occurred::On(day) => day <= london_date(at),
        Occurred::At(instant) => instant <= at,
    };
    let mut spells = rest.now().custody.spells.iter();
    spells
        .any(|spell| before(spell.began.occurred) && !spell.ended.is_some_and(|ended| before(ended.occurred)))
}

impl Known {
    /// When it is recorded to have happened.
    pub fn occurred(&self) -> Occurred {
        Occurred::At(self.told.at)
    }

    /// True for a movement into prison.
    pub fn comes_in(&self) -> bool {
        self.told.movement.direction == Direction::In
    }
}
