//! What a line of a list says otherwise, laid to the events of the person's record.

use super::ApiState;
use super::asking::Asking;
use super::people::{LearntEvent, MOST_LEARNT, ValueChanged, learnt};
use super::refusal::problem;
use super::times::times;
use crate::problem::Problem;
use crate::time::WhenWire;
use jiff::civil::Date;
use std::collections::HashSet;
use throughcare_app::AppError;
use throughcare_app::query::Known;
use throughcare_domain::directory::Directory;
use throughcare_domain::explain::{Became, Changed, Value, known_between, recorded_between};
use throughcare_domain::id::PersonId;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::state::PersonState;
use uuid::Uuid;

/// What explaining the lines of one page needs.
pub struct Explaining<'a> {
    /// The program.
    pub state: &'a ApiState,
    /// Who asks.
    pub asking: &'a Asking,
    /// As it was true.
    pub as_of: Option<WhenWire>,
    /// The log positions of the two times.
    pub positions: (u64, u64),
    /// Code lists.
    pub reference: &'a ReferenceData,
    /// Services.
    pub directory: &'a Directory,
}

/// What a line says otherwise, and because of what.
pub struct Explained {
    /// The values that changed.
    pub changes: Vec<ValueChanged>,
    /// The events that made them change.
    pub learnt: Vec<LearntEvent>,
}

impl Explaining<'_> {
    /// Lays what a line says otherwise to the events of the person's record, as far as the caller may see it. `view` is
    /// the line as a record makes it on a day; the value `line` is there exactly while the line is.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn explain(
        &self,
        person: PersonId,
        became: Became,
        changes: &[Changed],
        line: &str,
        view: impl Fn(&PersonState, Date) -> Vec<Value>,
    ) -> Result<Explained, Problem> {
        let changed = |because: &dyn Fn(&str) -> Vec<Uuid>| -> Vec<ValueChanged> {
            let each = changes.iter().map(|one| ValueChanged {
                because: because(&one.name),
                value: one.name.clone(),
                before: one.before.clone(),
                after: one.after.clone(),
            });
            each.collect()
        };
        let as_of = times(self.as_of, None).as_of;
        let (from, to) = (
            Known::Position(self.positions.0),
            Known::Position(self.positions.1),
        );
        let caller = &self.asking.caller;
        let between = self
            .state
            .app
            .known_between(caller, person, as_of, from, Some(to));
        let between = match between.await {
            Ok(between) => between,
            // The line is on a list of theirs, and the record is not theirs to see.
            Err(AppError::NotFound | AppError::Sealed { .. }) => {
                return Ok(Explained {
                    changes: changed(&|_| Vec::new()),
                    learnt: Vec::new(),
                });
            }
            Err(error) => return Err(problem(error)),
        };
        let (before, after) = (between.history_before(), between.after.history.as_ref());
        if recorded_between(&before, after).count() > MOST_LEARNT {
            return Ok(Explained {
                changes: changed(&|_| Vec::new()),
                learnt: Vec::new(),
            });
        }
        let day = between.after.day;
        let caused = known_between(&before, after, |state| view(state, day));
        let of_line: Vec<Uuid> = caused
            .iter()
            .filter(|one| one.changed.name == line)
            .flat_map(|one| one.because.iter().map(|event| event.0))
            .collect();
        let because = |name: &str| -> Vec<Uuid> {
            let of_value = caused.iter().find(|one| one.changed.name == name);
            match of_value {
                Some(one) => one.because.iter().map(|event| event.0).collect(),
                // Came and went on one list: what the line says is laid to what brought it.
                None if became != Became::Changed => of_line.clone(),
                None => Vec::new(),
            }
        };
        let changes = changed(&because);
        let named: HashSet<Uuid> = changes
            .iter()
            .flat_map(|one| one.because.iter().copied())
            .collect();
        let learnt = learnt(&between, self.reference, self.directory, |event| {
            named.contains(&event.0)
        });
        Ok(Explained { changes, learnt })
    }
}
