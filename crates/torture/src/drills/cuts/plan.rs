//! Which cuts are made: one at every message of an exchange, then the same again with a second cut.

use crate::proxy::{Cut, Direction, Place};
use crate::rng::{Dice, RngExt as _};
use std::time::Duration;

/// Held messages are held for at most this long. Longer holds are what the time limits of the store are for.
const LONGEST_HOLD_MS: u64 = 120;
/// A caller without patience gives up after at most this long, and asks again elsewhere.
const LONGEST_PATIENCE_MS: u64 = 80;

/// Messages that an exchange takes, counted in a run without cuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exchange {
    /// From connecting on.
    pub cold: (u64, u64),
    /// On connections that are there.
    pub warm: (u64, u64),
}

impl Exchange {
    /// How many messages there are to cut at.
    pub(super) fn messages(&self) -> u64 {
        self.cold.0 + self.cold.1 + self.warm.0 + self.warm.1
    }
}

/// One thing asked, and what happens to it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Its number.
    pub number: u64,
    /// It begins with connecting.
    pub cold: bool,
    /// Where it is cut.
    pub cuts: Vec<Cut>,
    /// How long the caller waits for the first answer before it asks another node, while the first still works.
    pub patience: Option<Duration>,
    /// Another node is asked the same with the same key, at the same time.
    pub race: bool,
    /// Another client uses the same key for something of its own, at the same time.
    pub other_client: bool,
}

/// So many cases over an exchange: every message comes before any comes again.
pub(super) fn cases(exchange: Exchange, count: u64, dice: &mut Dice) -> Vec<Case> {
    let ways = [
        (true, Direction::ToServer, exchange.cold.0),
        (true, Direction::ToClient, exchange.cold.1),
        (false, Direction::ToServer, exchange.warm.0),
        (false, Direction::ToClient, exchange.warm.1),
    ];
    let every: Vec<(bool, Direction, u64)> = ways
        .iter()
        .flat_map(|(cold, direction, messages)| (1..=*messages).map(|nth| (*cold, *direction, nth)))
        .collect();
    if every.is_empty() {
        return Vec::new();
    }
    let offset: u64 = dice.random_range(0..4);
    (0..)
        .zip(every.iter().cycle())
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .map(|(number, (cold, direction, nth))| {
            let round = number / every.len() as u64;
            let cut = Cut {
                direction: *direction,
                nth: *nth,
                place: place(number + round + offset, dice),
            };
            let mut cuts = vec![cut];
            if round > 0 || dice.random_range(0..4) == 0 {
                cuts.push(again(exchange, dice));
            }
            let patience = dice.random_range(0..3) == 0;
            Case {
                number,
                cold: *cold,
                cuts,
                patience: patience.then(|| Duration::from_millis(dice.random_range(1..=LONGEST_PATIENCE_MS))),
                race: dice.random_range(0..5) == 0,
                other_client: dice.random_range(0..5) == 0,
            }
        })
        .collect()
}

/// The second cut: somewhere in what comes after the first, such as looking up what became of it.
fn again(exchange: Exchange, dice: &mut Dice) -> Cut {
    let (direction, messages) = if dice.random() {
        (Direction::ToServer, exchange.cold.0)
    } else {
        (Direction::ToClient, exchange.cold.1)
    };
    Cut {
        direction,
        nth: dice.random_range(1..=messages.max(1)),
        place: place(dice.random_range(0..4), dice),
    }
}

fn place(number: u64, dice: &mut Dice) -> Place {
    match number % 4 {
        0 => Place::Before,
        1 => Place::After,
        2 => Place::Middle,
        _ => Place::Held(Duration::from_millis(dice.random_range(1..=LONGEST_HOLD_MS))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::dice;
    use std::collections::HashSet;

    #[test]
    fn given_an_exchange_when_there_are_enough_cases_then_every_message_is_cut_at() {
        let exchange = Exchange {
            cold: (7, 5),
            warm: (3, 2),
        };
        let cases = cases(exchange, exchange.messages(), &mut dice(1, 0));
        let first: HashSet<_> = cases
            .iter()
            .map(|case| {
                (
                    case.cold,
                    case.cuts[0].direction == Direction::ToServer,
                    case.cuts[0].nth,
                )
            })
            .collect();
        assert_eq!(first.len() as u64, exchange.messages());
    }
}
