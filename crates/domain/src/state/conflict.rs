//! What does not fit: the fold is total, and says what could not have happened instead of failing.

use super::running::Told;
use super::{Dated, PersonState};
use crate::code::OrganisationCode;
use crate::fact::Fact;
use crate::id::EventId;

/// A fact that does not fit the others. Staff are refused a fact that would make one; a machine's fact is
/// kept and the conflict becomes a work item (`design.md`, "Streams").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The event that does not fit.
    pub event: EventId,
    /// Stable code, such as `overlapping_prison_spell`.
    pub code: &'static str,
    /// The field of the command at fault, as a JSON pointer.
    pub pointer: &'static str,
    /// What is wrong and what to do, in words for staff; no names and no identifiers.
    pub detail: String,
    /// Of which fact; `None` of what is about to be recorded.
    pub of: Option<Box<Teller>>,
}

/// Of a fact that does not fit: when it was true, who recorded it, what it is, and whether everybody may know of it who
/// sees the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teller {
    /// When it was true, and since when it is known.
    pub at: Dated,
    /// The organisation that recorded it, which alone can void it.
    pub organisation: OrganisationCode,
    /// Its type, such as `custody.received`; nothing of what is erased.
    pub event_type: Option<&'static str>,
    /// Few may know of it: a restricted need, a drug test on arrest, and what rests on them.
    pub for_few: bool,
}

impl PersonState {
    /// Says of the conflicts from a place on who told the fact.
    pub(super) fn say_who_told(&mut self, from: usize, told: &Told, fact: Option<&Fact>) {
        if self.conflicts.len() == from {
            return;
        }
        let mut teller = told.teller();
        match fact {
            // Alone it does not say of which need it is.
            Some(Fact::NeedCleared(f)) => {
                teller.for_few = self.need(f.need).is_none_or(|need| need.restricted);
            }
            // What is said of the one would tell of the other.
            Some(Fact::NeedRaised(f)) => {
                teller.for_few |= self
                    .needs
                    .iter()
                    .any(|need| need.restricted && need.code == f.code);
            }
            _ => {}
        }
        for conflict in &mut self.conflicts[from..] {
            conflict.of = Some(Box::new(teller.clone()));
        }
    }
}
