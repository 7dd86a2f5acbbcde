//! The fold of facts that come one by one.
//!
//! A fact that stands after every fact seen, as most do, is applied to the running state. For any other the
//! history is folded again, so that the answer is always that of [`PersonState::fold`].

use super::finish::Loose;
use super::turns::takes_turns;
use super::voided::take_out;
use super::{Dated, PersonState, Teller, custody, order};
use crate::code::OrganisationCode;
use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::id::EventId;
use crate::restricted::is_for_few;

/// What is true of one person from the facts seen so far, ready to learn more.
#[derive(Clone, Debug, Default)]
pub struct Running {
    state: PersonState,
    /// What [`PersonState::finish`] added; taken back before the next fact is applied.
    loose: Loose,
    /// The facts seen, in order of facts.
    told: Vec<Told>,
    /// The events that corrections are about, whether they were seen or not.
    corrected: Vec<EventId>,
}

impl Running {
    /// Folds events, in whatever order they come.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e RecordedEvent>) -> Self {
        let mut facts = in_order(events);
        let mut running = Self {
            corrected: facts.iter().filter_map(|(_, event)| corrected(event)).collect(),
            ..Self::default()
        };
        running.state.voided = take_out(&mut facts);
        for day in facts.chunk_by(|(a, _), (b, _)| a.at.date() == b.at.date()) {
            running.state.evolve_day(day);
        }
        running.told = facts.into_iter().map(|(told, _)| told).collect();
        running.loose = running.state.finish(&running.told);
        running
    }

    /// What is true.
    pub fn state(&self) -> &PersonState {
        &self.state
    }

    /// What is true, at last.
    pub fn into_state(self) -> PersonState {
        self.state
    }

    /// Learns events told after those it has seen. `seen` gives those once more, in whatever order: they are
    /// folded again when one of the new facts belongs between them.
    pub fn learn<'e>(
        &mut self,
        seen: impl IntoIterator<Item = &'e RecordedEvent>,
        new: impl IntoIterator<Item = &'e RecordedEvent>,
    ) {
        let new = in_order(new);
        if self.follow(&new) {
            self.apply(&new);
        } else {
            let new = new.into_iter().map(|(_, event)| event);
            *self = Self::of(seen.into_iter().chain(new));
        }
    }

    /// True when each of these stands after everything before it.
    fn follow(&self, new: &[Seen<'_>]) -> bool {
        // What a correction takes out lies before it; or it came before what it is about.
        if new
            .iter()
            .any(|(told, _)| told.corrects || self.corrected.contains(&told.at.by))
        {
            return false;
        }
        let mut last = self.told.last();
        new.iter()
            .all(|(told, _)| last.replace(told).is_none_or(|last| told.follows(last)))
    }

    fn apply(&mut self, new: &[Seen<'_>]) {
        self.state.unfinish(std::mem::take(&mut self.loose));
        for (told, event) in new {
            self.state.evolve(told, event);
            self.told.push(told.clone());
        }
        self.loose = self.state.finish(&self.told);
    }
}

/// A fact with what is asked of it again and again.
pub(super) type Seen<'e> = (Told, &'e RecordedEvent);

fn in_order<'e>(events: impl IntoIterator<Item = &'e RecordedEvent>) -> Vec<Seen<'e>> {
    let mut facts: Vec<Seen<'e>> = events.into_iter().map(|event| (Told::of(event), event)).collect();
    let key = |(told, event): &Seen<'e>| order::key(event, told.at.date());
    facts.sort_by(|a, b| key(a).cmp(&key(b)));
    facts
}

/// The event that a correction is about.
fn corrected(event: &RecordedEvent) -> Option<EventId> {
    match event.fact() {
        Some(Fact::EventVoided(f)) => Some(f.event),
        _ => None,
    }
}

/// Of a fact, what its place among others and the questions about all facts need.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) at: Dated,
    rank: u8,
    /// Its sender gave a reference, which counts in the order.
    sourced: bool,
    pub(super) undated_movement: bool,
    /// Told without a time, it takes turns with others of its day.
    takes_turns: bool,
    /// It needs a living person.
    pub(super) about_care: bool,
    pub(super) erased: bool,
    /// It takes something out.
    corrects: bool,
    organisation: OrganisationCode,
    event_type: Option<&'static str>,
    /// Few may know of it, as far as it says itself.
    for_few: bool,
}

impl Told {
    fn of(event: &RecordedEvent) -> Self {
        let envelope = &event.envelope;
        let fact = event.fact();
        Self {
            at: Dated::from(envelope),
            rank: order::rank(fact),
            sourced: envelope.source.is_some(),
            undated_movement: envelope.occurred.instant().is_none() && fact.is_some_and(custody::is_movement),
            takes_turns: envelope.occurred.instant().is_none() && fact.is_some_and(takes_turns),
            about_care: fact.is_some_and(Fact::is_about_care),
            erased: fact.is_none(),
            corrects: corrected(event).is_some(),
            organisation: envelope.actor.organisation.clone(),
            event_type: fact.map(Fact::event_type),
            for_few: fact.is_none_or(is_for_few),
        }
    }

    /// Who told it.
    pub(super) fn teller(&self) -> Teller {
        Teller {
            at: self.at,
            organisation: self.organisation.clone(),
            event_type: self.event_type,
            for_few: self.for_few,
        }
    }

    /// True when it surely stands after `last`, the last fact seen, and is applied after it. What takes
    /// turns, told without a time on a day of which something is known, does not: movements alternate from where the day
    /// began, holds with their ends.
    fn follows(&self, last: &Self) -> bool {
        if self.takes_turns && self.at.date() == last.at.date() {
            return false;
        }
        let place = |told: &Self| (told.at.date(), told.at.occurred.instant(), told.rank);
        match place(last).cmp(&place(self)) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => !self.sourced && !last.sourced && last.at.by < self.at.by,
            std::cmp::Ordering::Greater => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReleaseEffect;
    use crate::rows::story::{Story, received, released};

    /// How one more event is learned.
    type Learns = fn(&mut Running, seen: &[RecordedEvent], new: &RecordedEvent);

    /// The first order of arrival, and the event of it, for which the running fold is not the fold.
    fn first_difference(story: &Story, learns: Learns) -> Option<(usize, usize)> {
        for (order, events) in story.other_orders().enumerate() {
            let mut running = Running::default();
            for (seen, new) in events.iter().enumerate() {
                learns(&mut running, &events[..seen], new);
                if *running.state() != PersonState::fold(&events[..=seen]) {
                    return Some((order, seen));
                }
            }
        }
        None
    }

    fn learns(running: &mut Running, seen: &[RecordedEvent], new: &RecordedEvent) {
        running.learn(seen, [new]);
    }

    /// A shortcut: whatever comes is applied to the running state.
    fn never_folds_again(running: &mut Running, _: &[RecordedEvent], new: &RecordedEvent) {
        running.apply(&in_order([new]));
    }

    fn in_and_out() -> Story {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", released("MDI", ReleaseEffect::Community, None))
            .on("2026-02-01", received("LEI"))
            .on("2026-03-01", released("LEI", ReleaseEffect::Died, None))
            .at("2026-03-02T10:00:00Z", received("LEI"))
    }

    #[test]
    fn facts_that_come_in_any_order_are_learned() {
        assert_eq!(first_difference(&in_and_out(), learns), None);
    }

    /// Negative control: without folding again, what comes late lands in the wrong place.
    #[test]
    fn a_shortcut_that_never_folds_again_is_caught() {
        assert!(first_difference(&in_and_out(), never_folds_again).is_some());
    }
}
