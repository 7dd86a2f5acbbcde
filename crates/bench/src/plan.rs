//! What is measured, for how long, and in which order.

use bench_load::{Round, Workload};
use std::fmt;

/// One line of the comparison: a workload with a number of clients and of events in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Case {
    /// What the clients do.
    pub workload: Workload,
    /// How many at once.
    pub clients: usize,
    /// Events in one commit.
    pub events: usize,
}

impl Case {
    /// Appending.
    pub fn append(clients: usize, events: usize) -> Self {
        Self {
            workload: Workload::Append,
            clients,
            events,
        }
    }

    /// Reading a long stream.
    pub fn read(clients: usize) -> Self {
        Self {
            workload: Workload::Read,
            clients,
            events: 1,
        }
    }

    /// Reading the whole log.
    pub fn replay() -> Self {
        Self {
            workload: Workload::Replay,
            clients: 1,
            events: 1,
        }
    }

    /// A round of it.
    pub fn round(self, pace: &Pace) -> Round {
        let share = if self.workload == Workload::Read { 0.5 } else { 1.0 };
        Round {
            workload: self.workload,
            clients: self.clients,
            events: self.events,
            seconds: pace.seconds * share,
            warm_up: pace.warm_up,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.workload {
            Workload::Append => write!(f, "append {} by {} clients", self.events, self.clients),
            Workload::Read => write!(f, "read by {} clients", self.clients),
            Workload::Replay => f.write_str("replay"),
        }
    }
}

/// How long it takes.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Rounds of each system in each case; odd, so that the median is a round.
    pub rounds: usize,
    /// Seconds of a round that count.
    pub seconds: f64,
    /// Seconds before them that do not.
    pub warm_up: f64,
    /// People about whom commands are sent over HTTP.
    pub people: usize,
    /// Events of the synthetic county whose projections are rebuilt.
    pub county: u64,
}

impl Pace {
    /// A look: about four minutes with every peer on an idle machine.
    pub const QUICK: Self = Self {
        rounds: 3,
        seconds: 0.6,
        warm_up: 0.15,
        people: 400,
        county: 200_000,
    };
    /// A record: about half an hour.
    pub const FULL: Self = Self {
        rounds: 7,
        seconds: 2.0,
        warm_up: 0.5,
        people: 4_000,
        county: 2_000_000,
    };
}

/// Every case. Replay and reading come first, while each system holds the same 60,000 events.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![Case::replay(), Case::read(1), Case::read(8)];
    cases.extend([1, 8, 32, 256].map(|clients| Case::append(clients, 1)));
    cases.extend([1, 8, 32].map(|clients| Case::append(clients, 10)));
    cases
}

/// Who goes when: every round holds every system once, and begins with another one, so that neither a noisy moment
/// nor the place in the row hits one system alone. Pairs of round and system.
pub fn interleaved(systems: usize, rounds: usize) -> Vec<(usize, usize)> {
    (0..rounds)
        .flat_map(|round| (0..systems).map(move |turn| (round, (turn + round) % systems)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_holds_every_system_once() {
        let order = interleaved(3, 4);
        for (round, turns) in order.chunks(3).enumerate() {
            let mut systems: Vec<_> = turns.iter().map(|(_, system)| *system).collect();
            systems.sort_unstable();
            assert_eq!(systems, [0, 1, 2]);
            assert!(turns.iter().all(|(of, _)| *of == round));
        }
    }

    #[test]
    fn each_round_begins_with_another_system() {
        let first: Vec<_> = interleaved(3, 3).chunks(3).map(|turns| turns[0].1).collect();
        assert_eq!(first, [0, 1, 2]);
    }
}
