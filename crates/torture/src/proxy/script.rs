//! Policies: cuts at numbered messages, and delays at random ones.

use super::{Act, Direction, Passing, Policy};
use crate::rng::{Dice, RngExt as _, dice};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where a connection is cut, relative to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The message does not arrive.
    Before,
    /// It arrives, and nothing after it.
    After,
    /// Half of it arrives.
    Middle,
    /// It is held for so long, and then does not arrive.
    Held(Duration),
}

/// A cut at the n-th message in a direction, counted over all connections since the script was armed or the cut
/// before it fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// In which direction messages are counted.
    pub direction: Direction,
    /// Which message; the first is 1.
    pub nth: u64,
    /// Where.
    pub place: Place,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.direction {
            Direction::ToServer => "to the server",
            Direction::ToClient => "to the client",
        };
        write!(f, "{:?} message {} {way}", self.place, self.nth)
    }
}

/// A cut that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Which.
    pub cut: Cut,
    /// The type byte of the message.
    pub kind: u8,
}

/// Counts messages and cuts where it was told to, one cut after the other.
#[derive(Default)]
pub struct Script(Mutex<State>);

#[derive(Default)]
struct State {
    armed: VecDeque<Cut>,
    seen: [u64; 2],
    fired: Vec<Fired>,
}

impl Script {
    /// Starts counting from the beginning, with these cuts to make.
    pub fn arm(&self, cuts: impl IntoIterator<Item = Cut>) {
        *self.state() = State {
            armed: cuts.into_iter().collect(),
            ..State::default()
        };
    }

    /// Makes no further cut; answers those made since it was armed.
    pub fn disarm(&self) -> Vec<Fired> {
        let mut state = self.state();
        state.armed.clear();
        std::mem::take(&mut state.fired)
    }

    /// Messages since it was armed or last cut: to the server, to the client.
    pub fn seen(&self) -> (u64, u64) {
        let [to_server, to_client] = self.state().seen;
        (to_server, to_client)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Policy for Script {
    fn decide(&self, message: Passing) -> Act {
        let mut state = self.state();
        let count = &mut state.seen[usize::from(message.direction == Direction::ToClient)];
        *count += 1;
        let nth = *count;
        let due = state
            .armed
            .front()
            .is_some_and(|cut| cut.direction == message.direction && cut.nth == nth);
        if !due {
            return Act::Pass;
        }
        let Some(cut) = state.armed.pop_front() else {
            return Act::Pass;
        };
        state.seen = [0, 0];
        state.fired.push(Fired {
            cut,
            kind: message.kind,
        });
        match cut.place {
            Place::Before => Act::CutBefore,
            Place::After => Act::CutAfter,
            Place::Middle => Act::CutMiddle,
            Place::Held(pause) => Act::HoldThenCut(pause),
        }
    }
}

/// Delays every so-and-so-manieth message to the server: transactions that take their time to commit.
pub struct Delays {
    every: u64,
    longest: Duration,
    dice: Mutex<Dice>,
}

impl Delays {
    /// Each message to the server waits with a chance of one in `every`, for at most `longest`.
    pub fn new(seed: u64, every: u64, longest: Duration) -> Self {
        Self {
            every: every.max(1),
            longest,
            dice: Mutex::new(dice(seed, 0)),
        }
    }
}

impl Policy for Delays {
    fn decide(&self, message: Passing) -> Act {
        if message.direction == Direction::ToClient {
            return Act::Pass;
        }
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        if dice.random_range(0..self.every) != 0 {
            return Act::Pass;
        }
        Act::Delay(self.longest.mul_f64(dice.random()))
    }
}
