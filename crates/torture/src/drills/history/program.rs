//! Random programs of clients: what each asks next, given what it was answered.

use super::operation::{Answer, Ask, Key, Part};
use crate::rng::{Dice, RngExt as _, dice};
use std::collections::HashMap;

/// Streams that are in use at the same time.
const STREAMS: u32 = 6;
/// After so many operations of all clients, new streams come into use: reads stay short.
const OPERATIONS_PER_EPOCH: u64 = 1_200;
/// Most events for one stream in one append.
const MOST_EVENTS: usize = 3;
/// How many keys back one is used again.
const OLDER_KEYS: usize = 6;
/// Pages of the log that are asked for.
const PAGES: [u32; 4] = [1, 7, 100, 1_000];

/// What one client does.
pub(super) struct Program {
    dice: Dice,
    client: u32,
    asked: u64,
    events: u64,
    known: HashMap<u32, u32>,
    position: u64,
    /// Keys used, with the streams of their request and how many events for each.
    used: Vec<(Key, Vec<(u32, usize)>)>,
    /// The stream that it looked at last.
    near: Option<u32>,
    /// The last key is to be used again.
    in_doubt: bool,
}

impl Program {
    /// The program of a client. The same seed and the same answers make the same program.
    pub fn new(seed: u64, client: u32) -> Self {
        Self {
            dice: dice(seed, u64::from(client)),
            client,
            asked: 0,
            events: 0,
            known: HashMap::new(),
            position: 0,
            used: Vec::new(),
            near: None,
            in_doubt: false,
        }
    }

    /// What it asks next, when so many operations were asked by all clients before.
    pub fn next(&mut self, before: u64) -> Ask {
        self.asked += 1;
        let epoch = u32::try_from(before / OPERATIONS_PER_EPOCH).unwrap_or(u32::MAX / STREAMS);
        if std::mem::take(&mut self.in_doubt)
            && self.one_in(5, 4)
            && let Some((key, shape)) = self.used.last().cloned()
        {
            return self.append(&shape, Some(key));
        }
        match self.dice.random_range(0..20) {
            0..11 => self.new_append(epoch),
            11..13 if !self.used.is_empty() => {
                // An older key again: mostly the same request, sometimes another one.
                let back = self.dice.random_range(1..=self.used.len().min(OLDER_KEYS));
                let at = self.used.len() - back;
                let (mut key, shape) = self.used[at].clone();
                if self.one_in(2, 1) {
                    key.request += 1;
                }
                self.append(&shape, Some(key))
            }
            13..17 => Ask::ReadStream {
                stream: self.stream(epoch),
            },
            _ => Ask::ReadLog {
                after: self.position.saturating_sub(self.dice.random_range(0..60)),
                limit: PAGES[self.dice.random_range(0..PAGES.len())],
            },
        }
    }

    /// Takes in what it was answered.
    pub fn learn(&mut self, ask: &Ask, answer: &Answer) {
        match answer {
            Answer::Appended { last, versions, .. } => {
                self.position = self.position.max(*last);
                self.known.extend(versions.iter().copied());
                // Some ask once more although they were answered.
                self.in_doubt = ask.key().is_some() && self.one_in(6, 1);
            }
            Answer::Conflict { stream, actual } => {
                self.known.insert(*stream, *actual);
                self.near = Some(*stream);
            }
            Answer::Read(entries) => {
                if let (Ask::ReadStream { stream }, Some(last)) = (ask, entries.last()) {
                    self.known.insert(*stream, last.version);
                    self.near = Some(*stream);
                }
                self.position = entries
                    .last()
                    .map_or(self.position, |last| last.position.max(self.position));
            }
            Answer::Unknown | Answer::Refused => {
                self.in_doubt = ask.key().is_some() && ask.key() == self.used.last().map(|(key, _)| *key);
            }
            Answer::Replayed { .. } | Answer::KeyReused | Answer::Forbidden => {}
        }
    }

    fn one_in(&mut self, of: u32, right: u32) -> bool {
        self.dice.random_range(0..of) < right
    }

    fn stream(&mut self, epoch: u32) -> u32 {
        epoch * STREAMS + self.dice.random_range(0..STREAMS)
    }

    fn new_append(&mut self, epoch: u32) -> Ask {
        // Mostly it goes on where it looked last, as who loads and decides does.
        let near = self.near.take().filter(|_| self.one_in(4, 3));
        let stream = near.unwrap_or_else(|| self.stream(epoch));
        let mut shape = vec![(stream, self.dice.random_range(1..=MOST_EVENTS))];
        if self.one_in(4, 1) {
            let other = self.stream(epoch);
            if other != shape[0].0 {
                shape.push((other, self.dice.random_range(1..=MOST_EVENTS)));
            }
        }
        let key = self.one_in(2, 1).then(|| Key {
            client: self.client,
            number: self.asked,
            request: self.asked * 2,
        });
        if let Some(key) = key {
            self.used.push((key, shape.clone()));
        }
        self.append(&shape, key)
    }

    /// Mostly with the version that is known, sometimes with an older or a later one.
    fn append(&mut self, shape: &[(u32, usize)], key: Option<Key>) -> Ask {
        let mut parts = Vec::new();
        for (stream, count) in shape {
            let known = self.known.get(stream).copied().unwrap_or(0);
            let expected = match self.dice.random_range(0..12) {
                0 => known.saturating_sub(self.dice.random_range(1..4)),
                1 => known + self.dice.random_range(1..4),
                _ => known,
            };
            let events = (0..*count).map(|_| {
                self.events += 1;
                u128::from(self.client + 1) << 64 | u128::from(self.events)
            });
            parts.push(Part {
                stream: *stream,
                expected,
                events: events.collect(),
            });
        }
        Ask::Append {
            parts,
            key,
            token: u64::from(self.client) << 40 | self.asked,
        }
    }
}
