//! Leaves out of a fact whoever else it names: members of staff, and records of other people.

use crate::code::UserName;
use crate::fact::Fact;
use crate::id::PersonId;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Whoever else is named in a record, by number.
pub(super) struct Others {
    own: HashSet<PersonId>,
    staff: HashMap<UserName, UserName>,
}

impl Others {
    /// Nobody yet; these records are the person's own.
    pub fn new(own: HashSet<PersonId>) -> Self {
        Self {
            own,
            staff: HashMap::new(),
        }
    }

    /// Leaves others out of a fact. Every field that holds a [`UserName`] or a [`PersonId`] is here: a test takes every
    /// type of event.
    pub fn leave_out(&mut self, fact: &mut Fact) {
        match fact {
            Fact::KeyWorkerAssigned(f) => self.number(&mut f.key_worker),
            Fact::ErasureAsked(f) => self.number(&mut f.user),
            Fact::ErasureConfirmed(f) => self.number(&mut f.user),
            Fact::ErasureTakenBack(f) => self.number(&mut f.user),
            Fact::PresenceAttested(f) => self.number(&mut f.user),
            Fact::GlassBroken(f) => self.number(&mut f.user),
            Fact::GlassReviewed(f) => self.number(&mut f.user),
            Fact::RecordsMerged(f) => {
                self.own_alone(&mut f.surviving);
                self.own_alone(&mut f.absorbed);
            }
            Fact::MarkedNeverToMatch(f) => self.own_alone(&mut f.other),
            // The entries that were voided stand in the record of somebody else.
            Fact::ReplacementEntered(f) if f.from_elsewhere => f.replaces.clear(),
            _ => {}
        }
    }

    /// A name gives way to a number, the same one wherever it stands.
    fn number(&mut self, user: &mut UserName) {
        let next = self.staff.len() + 1;
        if let Some(number) = self.staff.get(user) {
            *user = number.clone();
        } else if let Ok(number) = UserName::parse(&format!("staff-{next}")) {
            self.staff.insert(user.clone(), number.clone());
            *user = number;
        }
    }

    /// The id of somebody else's record gives way to one that nothing has.
    fn own_alone(&self, record: &mut PersonId) {
        if !self.own.contains(record) {
            *record = PersonId(Uuid::nil());
        }
    }
}
