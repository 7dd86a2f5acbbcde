//! Why a view says what it says, and what two views of the same thing differ in.
//!
//! A view is a list of [`Value`]s: each has a name, what it is, and the events that set it. The events come out of the
//! fold, where each moment of a person's care keeps the event that says so; nothing is looked for afterwards. What time
//! alone changes (days counted, overdue) is left out: it follows from the other values and the day.
//!
//! The law that tests hold: what a history says that has only the named events, and what they rest on, is the same
//! value; and none of the named events can be left out of it.
//!
//! Sources: `event-log.md` ("Replay": explain); `trust.md` P8.

mod beside;
mod cause;
mod difference;
mod duty;
mod naloxone;
mod release;
mod tracks;

pub use cause::{Caused, caused, known_between, recorded_between};
pub use difference::{Became, Changed, difference, lines};
pub use release::{line, line_of};

use crate::directory::Directory;
use crate::id::EventId;
use crate::state::{Dated, PersonState};
use crate::view::duties::Deadlines;
use jiff::civil::Date;

/// One value of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Which: a JSON pointer into the answers that show it, such as `/pathway/setting/status`. Things of which there are
    /// several stand under their ids.
    pub name: String,
    /// What it is, as it is written in answers; codes and dates, nothing personal.
    pub is: String,
    /// The events that set it, in the order in which they count.
    pub set_by: Vec<EventId>,
}

impl Value {
    fn new(name: impl Into<String>, is: impl ToString, set_by: impl IntoIterator<Item = EventId>) -> Self {
        let mut once = Vec::new();
        for event in set_by {
            if !once.contains(&event) {
                once.push(event);
            }
        }
        Self {
            name: name.into(),
            is: is.to_string(),
            set_by: once,
        }
    }
}

/// When something was true, in the precision in which it was told.
fn told(at: Dated) -> String {
    match at.occurred.instant() {
        Some(instant) => instant.to_string(),
        None => at.date().to_string(),
    }
}

/// Every value of a person's pathway on a day, and of what stands beside it: where they are, how far treatment has come,
/// whether care goes on, residence, needs, tags, placement, what courts and police ask, consents, objections,
/// restrictions and agreements, naloxone, and open duties. In order of name, each name once.
pub fn values(state: &PersonState, directory: &Directory, as_of: Date) -> Vec<Value> {
    let mut values = Vec::new();
    tracks::values(state, as_of, &mut values);
    beside::values(state, as_of, &mut values);
    naloxone::values(state, as_of, &mut values);
    duty::values(state, directory, as_of, &Deadlines::default(), &mut values);
    values.sort_by(|a, b| (&a.name, &a.is).cmp(&(&b.name, &b.is)));
    values.dedup_by(|later, first| later.name == first.name);
    values
}
