//! Which operation wrote what: the log, entry by entry, laid beside what was asked.

use super::checker::{Rule, Violation};
use super::operation::{Entry, Operation};
use std::collections::HashMap;

/// The log, and who wrote it.
pub(super) struct Evidence<'a> {
    pub operations: &'a [Operation],
    pub log: &'a [Entry],
    /// The first and last position of what each operation wrote, as far as it wrote anything.
    pub written: Vec<Option<(u64, u64)>>,
    /// The log's entries of each stream, in order.
    pub streams: HashMap<u32, Vec<Entry>>,
    /// For each entry of the log, the operation that wrote it.
    pub writers: Vec<Option<usize>>,
    /// What was known to be in the log, and when: (time, position), both never decreasing.
    known: Vec<(u64, u64)>,
    /// For each entry, the latest invocation of it and of all before it.
    invoked: Vec<u64>,
}

impl<'a> Evidence<'a> {
    /// Reads the log and finds what is wrong with it by itself.
    pub fn gather(operations: &'a [Operation], log: &'a [Entry], found: &mut Vec<Violation>) -> Self {
        let asked: HashMap<u128, (usize, usize)> = operations
            .iter()
            .enumerate()
            .flat_map(|(operation, one)| {
                let written = one.ask.would_write().into_iter().enumerate();
                written.map(move |(place, (_, _, event))| (event, (operation, place)))
            })
            .collect();
        let mut evidence = Self {
            operations,
            log,
            written: vec![None; operations.len()],
            streams: HashMap::new(),
            writers: Vec::with_capacity(log.len()),
            known: Vec::new(),
            invoked: Vec::with_capacity(log.len()),
        };
        let mut places = vec![Vec::new(); operations.len()];
        let mut latest = 0;
        for (at, entry) in log.iter().enumerate() {
            let mut tell = |rule, what: &str| {
                found.push(Violation::new(
                    rule,
                    format!("position {}: {what}", entry.position),
                ));
            };
            if entry.position != at as u64 + 1 {
                tell(Rule::Dense, &format!("it is entry {} of the log", at + 1));
            }
            let stream = evidence.streams.entry(entry.stream).or_default();
            if entry.version as usize != stream.len() + 1 {
                tell(
                    Rule::Versions,
                    &format!(
                        "version {} is entry {} of its stream",
                        entry.version,
                        stream.len() + 1
                    ),
                );
            }
            stream.push(*entry);
            let writer = asked.get(&entry.event).copied();
            match writer {
                None => tell(Rule::Phantom, "nobody sent this event"),
                Some((operation, place)) => {
                    places[operation].push((place, *entry));
                    latest = latest.max(operations[operation].invoked);
                }
            }
            evidence.writers.push(writer.map(|(operation, _)| operation));
            evidence.invoked.push(latest);
        }
        for (operation, places) in places.into_iter().enumerate() {
            evidence.written[operation] = whole(&operations[operation], &places, found);
        }
        evidence.learn();
        evidence
    }

    /// An answer with a position tells everyone who begins later that the log goes that far.
    fn learn(&mut self) {
        use super::operation::Answer::{Appended, Read, Replayed};
        let end = self.log.len() as u64;
        let told = self.operations.iter().filter_map(|one| {
            let position = match &one.answer {
                Appended { last, .. } | Replayed { last, .. } => *last,
                Read(entries) => entries.last()?.position,
                _ => return None,
            };
            Some((one.returned, position.min(end)))
        });
        self.known = told.collect();
        self.known.sort_unstable();
        let mut furthest = 0;
        for (_, position) in &mut self.known {
            furthest = furthest.max(*position);
            *position = furthest;
        }
    }

    /// How far the log surely went when something began.
    pub fn surely_at(&self, time: u64) -> u64 {
        let before = self.known.partition_point(|(told, _)| *told < time);
        before.checked_sub(1).map_or(0, |last| self.known[last].1)
    }

    /// How far the log could at most have gone when something ended.
    pub fn at_most_at(&self, time: u64) -> u64 {
        self.invoked.partition_point(|invoked| *invoked < time) as u64
    }

    /// The version that a stream has when the log goes up to a position.
    pub fn version_at(&self, stream: u32, position: u64) -> u32 {
        let entries = self.streams.get(&stream).map_or(&[][..], Vec::as_slice);
        entries.partition_point(|entry| entry.position <= position) as u32
    }

    /// True when an append ends at this position, or nothing is there.
    pub fn ends_at(&self, position: u64) -> bool {
        let writer = |position: u64| {
            let at = usize::try_from(position).ok()?.checked_sub(1)?;
            self.writers.get(at).copied().flatten()
        };
        position == 0 || writer(position).is_none() || writer(position) != writer(position + 1)
    }
}

/// An operation writes all that it asked, once, side by side and in order, at the versions it expected; or nothing.
fn whole(operation: &Operation, places: &[(usize, Entry)], found: &mut Vec<Violation>) -> Option<(u64, u64)> {
    let (_, first) = places.first()?;
    let (_, last) = places.last()?;
    let asked = operation.ask.would_write();
    let mut tell = |rule, what: &str| {
        let text = format!(
            "the append at positions {} to {}: {what}",
            first.position, last.position
        );
        found.push(Violation::new(rule, text));
    };
    let mut seen: Vec<_> = places.iter().map(|(place, _)| *place).collect();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < places.len() {
        tell(Rule::Twice, "an event stands twice");
    }
    if seen.len() < asked.len() {
        tell(Rule::Torn, "not all of its events are there");
    } else if places.len() == asked.len()
        && !places
            .iter()
            .enumerate()
            .all(|(at, (place, entry))| at == *place && entry.position == first.position + at as u64)
    {
        tell(Rule::Torn, "its events do not stand side by side in their order");
    }
    if places.iter().any(|(place, entry)| {
        let (stream, version, _) = asked[*place];
        entry.stream != stream || entry.version != version
    }) {
        tell(
            Rule::Expected,
            "it does not stand at the versions that it expected",
        );
    }
    Some((first.position, last.position))
}
