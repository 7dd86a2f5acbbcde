//! What can only be said when every fact is known, and how it is taken back when one more comes.

use super::running::Told;
use super::{Dated, PersonState};
use crate::fact::ExitOutcome;
use crate::when::london_date;

/// What [`PersonState::finish`] added to the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Loose {
    /// How many conflicts there were before.
    conflicts: usize,
    /// The kits that a release supplied, by their place.
    supplied: Vec<usize>,
}

impl PersonState {
    /// Says what follows from all facts together; `told` has them in order of facts.
    pub(super) fn finish(&mut self, told: &[Told]) -> Loose {
        let conflicts = self.conflicts.len();
        let supplied = self.supply_property_at_release();
        self.expect_episodes_of_early_profiles();
        self.expect_named_arrests();
        self.say_who_told_of_each(conflicts, told);
        let death_in_care = self
            .episodes
            .iter()
            .filter_map(|episode| episode.exit.as_ref())
            .find_map(|exit| (exit.outcome == ExitOutcome::Death).then_some(exit.at));
        let reported = self.deaths.iter().filter(|death| death.rejected.is_none());
        self.died = [self.custody.died, death_in_care]
            .into_iter()
            .flatten()
            .chain(reported.map(|death| death.at))
            .min_by_key(Dated::date);
        self.expect_within_life(told);
        Loose { conflicts, supplied }
    }

    /// Says of the conflicts from a place on, each about an event of its own, who told it.
    fn say_who_told_of_each(&mut self, from: usize, told: &[Told]) {
        for conflict in &mut self.conflicts[from..] {
            let teller = told.iter().find(|one| one.at.by == conflict.event);
            conflict.of = teller.map(|one| Box::new(one.teller()));
        }
    }

    /// Takes back what `finish` added.
    pub(super) fn unfinish(&mut self, loose: Loose) {
        self.conflicts.truncate(loose.conflicts);
        for kit in loose.supplied {
            self.kits[kit].supplied = None;
        }
        self.died = None;
    }

    fn expect_within_life(&mut self, told: &[Told]) {
        let (Some(first), Some(last)) = (told.first(), told.last()) else {
            return;
        };
        let born = self.identity.date_of_birth;
        let died = self.died.map(|died| died.date());
        // Told in order of days: when neither end lies outside of the life, nothing does.
        if born.is_some_and(|born| first.at.date() < born) || died.is_some_and(|died| died < last.at.date()) {
            for one in told.iter().filter(|one| !one.erased) {
                let before = self.conflicts.len();
                if born.is_some_and(|born| one.at.date() < born) {
                    self.conflict(
                        one.at,
                        "before_birth",
                        "/occurred",
                        "This is dated before the person was born. Check the date, or correct the date of birth.",
                    );
                }
                if died.is_some_and(|died| died < one.at.date()) && one.about_care {
                    self.conflict(
                        one.at,
                        "after_death",
                        "/occurred",
                        "This is dated after the person's recorded death. Check the date, or correct the death.",
                    );
                }
                self.say_who_told(before, one, None);
            }
        }
        if born.is_some_and(|born| born > london_date(last.at.recorded_at)) {
            let before = self.conflicts.len();
            self.conflict(
                last.at,
                "born_in_the_future",
                "/dateOfBirth",
                "The date of birth lies in the future.",
            );
            self.say_who_told(before, last, None);
        }
    }
}
