//! Facts of one day that take turns: told without a time, their order follows from what can be.
//!
//! Source: `design.md`, "Time" (undated movements of one day alternate from the state at the day's start). That a hold
//! and its end do so too is our reading.

use super::running::Seen;
use super::{PersonState, custody};
use crate::fact::Fact;
use crate::id::EpisodeId;

/// What a fact does to an episode that rests or goes on.
#[derive(Clone, Copy)]
enum Turn {
    Rests(EpisodeId),
    GoesOn(EpisodeId),
}

impl Turn {
    /// Of a hold or a resumption that was told without a time.
    fn of((told, event): &Seen<'_>) -> Option<Self> {
        if told.at.occurred.instant().is_some() {
            return None;
        }
        match event.fact()? {
            Fact::PutOnHold(f) => Some(Self::Rests(f.episode)),
            Fact::Resumed(f) => Some(Self::GoesOn(f.episode)),
            _ => None,
        }
    }
}

/// True for facts that take turns when several of a day are told without a time.
pub(super) fn takes_turns(fact: &Fact) -> bool {
    custody::is_movement(fact) || matches!(fact, Fact::PutOnHold(_) | Fact::Resumed(_))
}

impl PersonState {
    /// Applies what is left of a day after its undated movements, in order of facts. A resumption told without a time
    /// when nothing is on hold follows the first hold of the day that has none yet, for as many as there are.
    pub(super) fn take_turns(&mut self, day: &[&Seen<'_>]) {
        let mut waiting: Vec<(EpisodeId, &Seen<'_>)> = Vec::new();
        for (place, seen) in day.iter().enumerate() {
            let turn = Turn::of(seen);
            if let Some(Turn::GoesOn(episode)) = turn
                && self.episode(episode).is_some_and(|one| one.on_hold().is_none())
            {
                let rests =
                    |later: &&&Seen<'_>| matches!(Turn::of(later), Some(Turn::Rests(one)) if one == episode);
                let taken = waiting.iter().filter(|(one, _)| *one == episode).count();
                if day[place + 1..].iter().filter(rests).count() > taken {
                    waiting.push((episode, seen));
                    continue;
                }
            }
            self.evolve(&seen.0, seen.1);
            if let Some(Turn::Rests(episode)) = turn
                && let Some(next) = waiting.iter().position(|(one, _)| *one == episode)
            {
                let (_, (told, event)) = waiting.remove(next);
                self.evolve(told, event);
            }
        }
    }
}
