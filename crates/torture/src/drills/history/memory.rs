//! The simplest log that keeps the rules, in memory; and, when told so, one that breaks one of them now and then.

use super::fault::Fault;
use super::operation::{Answer, Ask, Entry, Key, Part};
use crate::rng::{Dice, RngExt as _};
use std::collections::HashMap;

/// A bug shows itself once in so many chances.
const SHOWS_ONE_IN: u32 = 3;
/// How many appends behind a read of the past is.
const BEHIND: usize = 12;

/// A log that does one thing at a time.
pub(super) struct Memory {
    log: Vec<Entry>,
    /// The last position of each append.
    ends: Vec<u64>,
    keys: HashMap<(u32, u64), Stored>,
    fault: Option<Fault>,
    dice: Dice,
    /// A position that was left out, to be given to a later append.
    hole: Option<usize>,
}

#[derive(Clone, Copy)]
struct Stored {
    key: Key,
    token: u64,
    first: u64,
    last: u64,
}

impl Memory {
    pub fn new(fault: Option<Fault>, dice: Dice) -> Self {
        Self {
            log: Vec::new(),
            ends: Vec::new(),
            keys: HashMap::new(),
            fault,
            dice,
            hole: None,
        }
    }

    /// The log at the end.
    pub fn into_log(mut self) -> Vec<Entry> {
        if self.fault == Some(Fault::SplitsAppends) {
            self.split();
        }
        self.log
    }

    /// Whether the bug shows itself, when it is this one.
    pub fn shows(&mut self, fault: Fault) -> bool {
        self.fault == Some(fault) && self.dice.random_range(0..SHOWS_ONE_IN) == 0
    }

    /// Does what is asked, at this moment.
    pub fn perform(&mut self, ask: &Ask) -> Answer {
        match ask {
            Ask::Append { parts, key, token } => self.append(parts, *key, *token),
            Ask::ReadStream { stream } => {
                let of_stream = |entry: &&Entry| entry.stream == *stream;
                let mut read: Vec<_> = self.log.iter().filter(of_stream).copied().collect();
                self.spoil(&mut read);
                Answer::Read(read)
            }
            Ask::ReadLog { after, limit } => {
                let later = |entry: &&Entry| entry.position > *after;
                let mut read: Vec<_> = self.log.iter().filter(later).copied().collect();
                self.spoil(&mut read);
                read.truncate(*limit as usize);
                Answer::Read(read)
            }
        }
    }

    fn version(&self, stream: u32) -> u32 {
        self.log.iter().filter(|entry| entry.stream == stream).count() as u32
    }

    fn append(&mut self, parts: &[Part], key: Option<Key>, token: u64) -> Answer {
        if let Some(answer) = key.and_then(|key| self.replay(key, parts)) {
            return answer;
        }
        if self.shows(Fault::ForbidsWithoutCause) {
            return Answer::Forbidden;
        }
        let mut unchecked = self.shows(Fault::IgnoresExpected);
        let repeats = !unchecked && self.shows(Fault::GivesVersionsTwice);
        unchecked |= repeats;
        for part in parts {
            let actual = self.version(part.stream);
            if self.shows(Fault::ConflictsWithoutCause) {
                return conflict(part, part.expected);
            }
            if actual != part.expected && !unchecked {
                if self.shows(Fault::ConflictsWithLaterVersions) {
                    return conflict(part, actual + 50);
                }
                if self.shows(Fault::ConflictsWithFirstVersion) {
                    return conflict(part, 0);
                }
                return conflict(part, actual);
            }
        }
        let mut entries = Vec::new();
        for part in parts {
            let from = if repeats {
                part.expected
            } else {
                self.version(part.stream)
            };
            entries.extend((from + 1..).zip(&part.events).map(|(version, event)| Entry {
                position: 0,
                stream: part.stream,
                version,
                event: *event,
            }));
        }
        let (first, last) = self.write(entries, parts.len() > 1);
        if let Some(key) = key
            && !self.shows(Fault::ForgetsKeys)
        {
            let stored = Stored {
                key,
                token,
                first,
                last,
            };
            self.keys.insert((key.client, key.number), stored);
        }
        if self.shows(Fault::RefusesAndWrites) {
            return Answer::Refused;
        }
        let moved = u64::from(self.shows(Fault::AnswersOtherPlaces));
        Answer::Appended {
            first: first + moved,
            last: last + moved,
            versions: parts
                .iter()
                .map(|part| (part.stream, part.expected + part.events.len() as u32))
                .collect(),
        }
    }

    fn replay(&mut self, key: Key, parts: &[Part]) -> Option<Answer> {
        let mut stored = self.keys.get(&(key.client, key.number)).copied();
        if stored.is_none() && self.fault == Some(Fault::ReplaysOtherClients) {
            stored = self
                .keys
                .values()
                .find(|stored| stored.key.number == key.number)
                .copied();
        } else if stored.is_some_and(|stored| stored.key.request != key.request)
            && !self.shows(Fault::ReplaysOtherRequests)
        {
            return Some(Answer::KeyReused);
        }
        let Stored {
            token, first, last, ..
        } = stored?;
        if self.shows(Fault::ConflictsInsteadOfReplaying) {
            let actual = self.version(parts[0].stream);
            return (actual != parts[0].expected).then(|| conflict(&parts[0], actual));
        }
        let token = token + u64::from(self.shows(Fault::ReplaysOtherAnswers));
        Some(Answer::Replayed { token, first, last })
    }

    /// Puts entries into the log, and tells their first and last position.
    fn write(&mut self, mut entries: Vec<Entry>, many_streams: bool) -> (u64, u64) {
        let next = self.log.last().map_or(0, |last| last.position) + 1;
        let count = entries.len() as u64;
        if self.shows(Fault::DropsAcknowledged) {
            return (next, next + count - 1);
        }
        if many_streams && self.shows(Fault::TearsAppends) {
            let stream = entries[0].stream;
            entries.retain(|entry| entry.stream == stream);
        }
        if self.shows(Fault::InventsEvents) {
            let again = Entry {
                event: u128::MAX - u128::from(next),
                version: self.version(entries[0].stream) + entries.len() as u32 + 1,
                ..entries[0]
            };
            entries.push(again);
        }
        if self.shows(Fault::WritesTwice) {
            let (stream, reached) = (entries[0].stream, self.version(entries[0].stream));
            let own: Vec<_> = entries
                .iter()
                .filter(|entry| entry.stream == stream)
                .copied()
                .collect();
            let later = (reached + own.len() as u32 + 1..).zip(own);
            entries.extend(later.map(|(version, entry)| Entry { version, ..entry }));
        }
        if let Some(at) = self.hole
            && count == 1
            && self.log[at..]
                .iter()
                .all(|later| later.stream != entries[0].stream)
        {
            let position = at as u64 + 1;
            self.log.insert(
                at,
                Entry {
                    position,
                    ..entries[0]
                },
            );
            self.hole = None;
            return (position, position);
        }
        let mut first = next;
        if self.shows(Fault::SkipsPositions) {
            first += 1;
        } else if self.shows(Fault::GivesPositionsTwice) {
            first = (first - 1).max(1);
        } else if self.hole.is_none() && self.shows(Fault::Overtakes) {
            self.hole = Some(self.log.len());
            first += 1;
        }
        for (position, entry) in (first..).zip(&mut entries) {
            entry.position = position;
        }
        let last = first + entries.len() as u64 - 1;
        self.log.extend(entries);
        self.ends.push(last);
        (first, last)
    }

    fn spoil(&mut self, read: &mut Vec<Entry>) {
        if self.shows(Fault::ReadsThePast) {
            let past = self.ends.len().checked_sub(BEHIND).map_or(0, |at| self.ends[at]);
            read.retain(|entry| entry.position <= past);
        }
        if self.shows(Fault::ReadsWithHoles) && read.len() > 2 {
            read.remove(self.dice.random_range(0..read.len() - 1));
        }
        // Only what nobody has been told of yet can be read half without being stale.
        let last = self.log.last().map(|last| last.position);
        if self.fault == Some(Fault::ReadsHalves) && read.last().map(|last| last.position) == last {
            read.pop();
        }
    }

    /// Moves an append between the two halves of the one before it.
    fn split(&mut self) {
        for at in 2..self.log.len() {
            let [half, other, between] = [self.log[at - 2], self.log[at - 1], self.log[at]];
            let alone = self.ends.contains(&between.position) && self.ends.contains(&(between.position - 1));
            let streams_differ = half.stream != other.stream && other.stream != between.stream;
            if alone && streams_differ && !self.ends.contains(&half.position) {
                self.log[at - 1] = Entry {
                    position: other.position,
                    ..between
                };
                self.log[at] = Entry {
                    position: between.position,
                    ..other
                };
                return;
            }
        }
    }
}

fn conflict(part: &Part, actual: u32) -> Answer {
    Answer::Conflict {
        stream: part.stream,
        actual,
    }
}
