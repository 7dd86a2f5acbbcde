//! What a reader that follows a log must see: every acknowledged event once, in order, without a gap. Pure, so that
//! the real log and the naive one are judged alike.

use std::collections::{HashMap, HashSet};
use std::fmt;
use uuid::Uuid;

/// An event as a reader was given it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub position: u64,
    pub id: Uuid,
    pub stream: Uuid,
    pub version: u32,
    /// Microseconds since 1970.
    pub recorded_at: i64,
}

/// An append that was acknowledged. Each try at it sent events with ids of their own.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    /// The ids of each try, in the order sent.
    pub tries: Vec<Vec<Uuid>>,
    /// The position that was answered for its first event.
    pub first: u64,
    /// The position that was answered for its last event.
    pub last: u64,
}

/// What was wrong, counted by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Acknowledged appends of which an event was never shown.
    pub lost: u64,
    /// Acknowledged appends that stand twice, and events shown twice.
    pub doubled: u64,
    /// Acknowledged appends that do not stand where it was answered.
    pub misplaced: u64,
    /// Positions that do not follow the one before.
    pub gaps: u64,
    /// Events whose version does not follow the one before in their stream.
    pub disorder: u64,
    /// Events that were recorded before the event before them.
    pub back_in_time: u64,
    /// Events that nobody asked to append.
    pub phantoms: u64,
}

impl Faults {
    /// How many in all.
    pub fn count(&self) -> u64 {
        let Self {
            lost,
            doubled,
            misplaced,
            gaps,
            disorder,
            back_in_time,
            phantoms,
        } = self;
        lost + doubled + misplaced + gaps + disorder + back_in_time + phantoms
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lost, {} doubled, {} misplaced, {} gaps, {} out of order in their stream, {} back in time, \
             {} that nobody sent",
            self.lost,
            self.doubled,
            self.misplaced,
            self.gaps,
            self.disorder,
            self.back_in_time,
            self.phantoms
        )
    }
}

/// What one reader has seen so far.
#[derive(Debug, Default)]
pub(super) struct Tail {
    last: u64,
    recorded_at: i64,
    versions: HashMap<Uuid, u32>,
    shown: HashMap<Uuid, u64>,
    faults: Faults,
}

impl Tail {
    /// Position of the last event seen: the whole cursor of a reader.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// How many events were seen.
    pub fn events(&self) -> u64 {
        self.shown.len() as u64
    }

    /// Takes the next event that the log gave.
    pub fn take(&mut self, seen: Seen) {
        self.faults.gaps += u64::from(seen.position != self.last + 1);
        self.last = seen.position;
        let version = self.versions.entry(seen.stream).or_default();
        self.faults.disorder += u64::from(seen.version != *version + 1);
        *version = seen.version;
        self.faults.back_in_time += u64::from(seen.recorded_at < self.recorded_at);
        self.recorded_at = seen.recorded_at;
        let again = self.shown.insert(seen.id, seen.position).is_some();
        self.faults.doubled += u64::from(again);
    }

    /// Compares all that was seen with all that was acknowledged, and with what was sent without an answer.
    pub fn judge(mut self, acknowledged: &[Acknowledged], unanswered: &[Vec<Uuid>]) -> Faults {
        let mut sent: HashSet<Uuid> = unanswered.iter().flatten().copied().collect();
        for append in acknowledged {
            sent.extend(append.tries.iter().flatten());
            let written: Vec<_> = append
                .tries
                .iter()
                .filter(|ids| ids.iter().any(|id| self.shown.contains_key(id)))
                .collect();
            match written.as_slice() {
                [] => self.faults.lost += 1,
                [ids] if ids.iter().any(|id| !self.shown.contains_key(id)) => self.faults.lost += 1,
                [ids] => {
                    let stands = ids.iter().map(|id| self.shown[id]);
                    self.faults.misplaced += u64::from(!stands.eq(append.first..=append.last));
                }
                _ => self.faults.doubled += 1,
            }
        }
        self.faults.phantoms = self.shown.keys().filter(|id| !sent.contains(*id)).count() as u64;
        self.faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(position: u64, stream: u128, version: u32) -> Seen {
        Seen {
            position,
            id: Uuid::from_u128(u128::from(position)),
            stream: Uuid::from_u128(stream),
            version,
            recorded_at: 100,
        }
    }

    fn acknowledged(positions: std::ops::RangeInclusive<u64>) -> Acknowledged {
        Acknowledged {
            tries: vec![
                positions
                    .clone()
                    .map(|at| Uuid::from_u128(u128::from(at)))
                    .collect(),
            ],
            first: *positions.start(),
            last: *positions.end(),
        }
    }

    fn judge(seen: &[Seen], acknowledged: &[Acknowledged]) -> Faults {
        let mut tail = Tail::default();
        for one in seen {
            tail.take(*one);
        }
        tail.judge(acknowledged, &[])
    }

    #[test]
    fn given_a_dense_log_in_order_then_nothing_is_wrong() {
        let faults = judge(
            &[seen(1, 7, 1), seen(2, 8, 1), seen(3, 7, 2)],
            &[acknowledged(1..=2), acknowledged(3..=3)],
        );
        assert_eq!(faults, Faults::default());
    }

    #[test]
    fn given_an_event_that_was_never_shown_then_it_is_lost() {
        let faults = judge(
            &[seen(1, 7, 1), seen(3, 7, 2)],
            &[acknowledged(1..=1), acknowledged(2..=2), acknowledged(3..=3)],
        );
        assert_eq!((faults.lost, faults.gaps), (1, 1));
    }

    #[test]
    fn given_half_of_an_append_then_it_is_lost() {
        assert_eq!(judge(&[seen(1, 7, 1)], &[acknowledged(1..=2)]).lost, 1);
    }

    #[test]
    fn given_two_tries_in_the_log_then_the_append_is_doubled() {
        let append = Acknowledged {
            tries: vec![vec![Uuid::from_u128(1)], vec![Uuid::from_u128(2)]],
            first: 1,
            last: 1,
        };
        assert_eq!(judge(&[seen(1, 7, 1), seen(2, 7, 2)], &[append]).doubled, 1);
    }

    #[test]
    fn given_another_position_than_was_answered_then_it_is_misplaced() {
        let append = Acknowledged {
            first: 2,
            last: 2,
            ..acknowledged(1..=1)
        };
        assert_eq!(judge(&[seen(1, 7, 1)], &[append]).misplaced, 1);
    }

    #[test]
    fn given_versions_or_times_that_go_back_then_both_are_found() {
        let back = Seen {
            recorded_at: 99,
            ..seen(3, 7, 1)
        };
        let faults = judge(&[seen(1, 7, 1), seen(2, 7, 2), back], &[acknowledged(1..=3)]);
        assert_eq!((faults.disorder, faults.back_in_time), (1, 1));
    }

    #[test]
    fn given_an_event_that_nobody_sent_then_it_is_a_phantom() {
        assert_eq!(judge(&[seen(1, 7, 1)], &[]).phantoms, 1);
    }
}
