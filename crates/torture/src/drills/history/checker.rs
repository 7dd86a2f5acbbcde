//! Whether a history is one of a log whose appends are linearizable: each seems to happen at one moment between its
//! invocation and its answer. Pure, and without any knowledge of the store.
//!
//! The log itself gives the order, so nothing is searched for: it is checked that this order explains every answer,
//! and that it never contradicts real time.

use super::evidence::Evidence;
use super::operation::{Answer, Ask, Entry, Key, Operation};
use std::collections::HashMap;

/// What a history must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Rule {
    /// Positions go up by one.
    Dense,
    /// Versions go up by one inside a stream.
    Versions,
    /// An append goes on from the versions that it expected.
    Expected,
    /// Every event was sent by an operation.
    Phantom,
    /// An event stands once.
    Twice,
    /// An append is in the log whole and in one piece, or not at all.
    Torn,
    /// What was acknowledged is in the log.
    Lost,
    /// It stands where it was answered.
    Place,
    /// What was refused is not in the log.
    Refused,
    /// An append is refused only when there is no capacity: nothing in these programs is forbidden.
    Cause,
    /// An append that was answered before another began stands before it.
    RealTime,
    /// A read is a piece of the log.
    ReadPiece,
    /// A read shows all that was answered before it began.
    ReadStale,
    /// A read shows nothing that began after it ended.
    ReadFuture,
    /// A read shows an append whole.
    ReadTorn,
    /// A conflict names a version that the stream had while it was asked, and that was not expected.
    Conflict,
    /// A key is used up by one append.
    KeyDoubled,
    /// A key that was answered answers again, and nothing else.
    KeyForgotten,
    /// A key gives the first answer again, to its own client, for the same request.
    Replay,
}

/// A broken rule.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub rule: Rule,
    pub what: String,
}

impl Violation {
    pub fn new(rule: Rule, what: impl Into<String>) -> Self {
        Self {
            rule,
            what: what.into(),
        }
    }
}

/// What is wrong with a history, given the whole log at its end.
pub(super) fn check(operations: &[Operation], log: &[Entry]) -> Vec<Violation> {
    let mut found = Vec::new();
    let evidence = Evidence::gather(operations, log, &mut found);
    real_time(&evidence, &mut found);
    let keys = Keys::gather(&evidence, &mut found);
    for (at, operation) in operations.iter().enumerate() {
        let check = Check {
            evidence: &evidence,
            operation,
            written: evidence.written[at],
        };
        let broken = match &operation.answer {
            Answer::Appended {
                first,
                last,
                versions,
            } => check.appended(*first, *last, versions),
            Answer::Conflict { stream, actual } => check.conflict(*stream, *actual),
            Answer::Read(entries) => check.read(entries),
            Answer::Forbidden => check.broken(Rule::Cause, "nothing here is forbidden"),
            _ => Ok(()),
        };
        let results = [broken, check.refused(), keys.check(&check)];
        found.extend(results.into_iter().filter_map(Result::err));
    }
    found
}

/// Walks the log from its end: no append may have been answered before an earlier one began.
fn real_time(evidence: &Evidence<'_>, found: &mut Vec<Violation>) {
    let mut first_end = u64::MAX;
    for (entry, writer) in evidence.log.iter().zip(&evidence.writers).rev() {
        let Some(operation) = writer.map(|writer| &evidence.operations[writer]) else {
            continue;
        };
        if operation.invoked > first_end {
            let text = format!(
                "position {}: a later one was answered before this began",
                entry.position
            );
            found.push(Violation::new(Rule::RealTime, text));
        }
        first_end = first_end.min(operation.may_happen_until());
    }
}

struct Check<'a> {
    evidence: &'a Evidence<'a>,
    operation: &'a Operation,
    written: Option<(u64, u64)>,
}

type Broken = Result<(), Violation>;

impl Check<'_> {
    fn broken(&self, rule: Rule, what: &str) -> Broken {
        let Operation { invoked, answer, .. } = self.operation;
        let mut answer = format!("{answer:?}");
        answer.truncate(200);
        Err(Violation::new(
            rule,
            format!("asked at {invoked}, answered {answer}: {what}"),
        ))
    }

    fn appended(&self, first: u64, last: u64, versions: &[(u32, u32)]) -> Broken {
        let Some(written) = self.written else {
            return self.broken(Rule::Lost, "it is not in the log");
        };
        let Ask::Append { parts, .. } = &self.operation.ask else {
            return self.broken(Rule::Place, "a read was answered like an append");
        };
        let reached = parts
            .iter()
            .map(|part| (part.stream, part.expected + part.events.len() as u32));
        if written != (first, last) || !reached.eq(versions.iter().copied()) {
            return self.broken(Rule::Place, &format!("it stands at {written:?}"));
        }
        Ok(())
    }

    fn refused(&self) -> Broken {
        match self.operation.answer {
            Answer::Appended { .. } | Answer::Unknown => Ok(()),
            _ if self.written.is_some() => self.broken(Rule::Refused, "it is in the log all the same"),
            _ => Ok(()),
        }
    }

    fn conflict(&self, stream: u32, actual: u32) -> Broken {
        let Ask::Append { parts, .. } = &self.operation.ask else {
            return self.broken(Rule::Conflict, "a read has no conflict");
        };
        let Some(part) = parts.iter().find(|part| part.stream == stream) else {
            return self.broken(Rule::Conflict, "it did not name this stream");
        };
        if part.expected == actual {
            return self.broken(Rule::Conflict, "this is the version that it expected");
        }
        let Operation {
            invoked, returned, ..
        } = *self.operation;
        let least = self.evidence.version_at(stream, self.evidence.surely_at(invoked));
        let most = self
            .evidence
            .version_at(stream, self.evidence.at_most_at(returned));
        if !(least..=most).contains(&actual) {
            let text = format!("the stream was between versions {least} and {most}");
            return self.broken(Rule::Conflict, &text);
        }
        let entries = self.evidence.streams.get(&stream).map_or(&[][..], Vec::as_slice);
        let last = (actual as usize).checked_sub(1).and_then(|at| entries.get(at));
        match last {
            Some(last) if self.inside_an_append(last, entries) => {
                self.broken(Rule::Conflict, "this version is in the middle of an append")
            }
            _ => Ok(()),
        }
    }

    /// True when the next event of the stream belongs to the same append.
    fn inside_an_append(&self, last: &Entry, entries: &[Entry]) -> bool {
        let next = entries.get(last.version as usize);
        next.is_some_and(|next| next.position == last.position + 1 && !self.evidence.ends_at(last.position))
    }

    fn read(&self, entries: &[Entry]) -> Broken {
        let Operation {
            invoked, returned, ..
        } = *self.operation;
        let surely = self.evidence.surely_at(invoked);
        let at_most = self.evidence.at_most_at(returned);
        // What stands there, which part of it had to be shown, and whether the end of the page cut it off.
        let (piece, least, full) = match self.operation.ask {
            Ask::ReadStream { stream } => {
                let piece = self.evidence.streams.get(&stream).map_or(&[][..], Vec::as_slice);
                (piece, self.evidence.version_at(stream, surely) as usize, false)
            }
            Ask::ReadLog { after, limit } => {
                let log = self.evidence.log;
                let from = usize::try_from(after).unwrap_or(usize::MAX).min(log.len());
                let least = surely.saturating_sub(after).min(u64::from(limit));
                (&log[from..], least as usize, entries.len() >= limit as usize)
            }
            Ask::Append { .. } => return self.broken(Rule::ReadPiece, "an append was answered like a read"),
        };
        if entries.last().is_some_and(|last| last.position > at_most) {
            return self.broken(Rule::ReadFuture, &format!("nothing after {at_most} had begun"));
        }
        if !piece.starts_with(entries) {
            return self.broken(Rule::ReadPiece, "the log has something else there");
        }
        if entries.len() < least {
            return self.broken(Rule::ReadStale, &format!("the log went up to {surely} before"));
        }
        let torn = |last: &Entry| match self.operation.ask {
            Ask::ReadStream { .. } => self.inside_an_append(last, piece),
            _ => !full && !self.evidence.ends_at(last.position),
        };
        if entries.last().is_some_and(torn) {
            return self.broken(Rule::ReadTorn, "it ends in the middle of an append");
        }
        Ok(())
    }
}

/// Which operation used up each key of each client.
struct Keys<'a>(HashMap<(u32, u64), Used<'a>>);

/// The operation, its key, and what it wrote.
type Used<'a> = (&'a Operation, Key, (u64, u64));

impl<'a> Keys<'a> {
    fn gather(evidence: &Evidence<'a>, found: &mut Vec<Violation>) -> Self {
        let mut keys = HashMap::new();
        for (operation, written) in evidence.operations.iter().zip(&evidence.written) {
            let (Some(key), Some(written)) = (operation.ask.key(), *written) else {
                continue;
            };
            let before = keys.insert((key.client, key.number), (operation, key, written));
            if let Some((_, _, first)) = before {
                let text = format!("one key is used up at {first:?} and at {written:?}");
                found.push(Violation::new(Rule::KeyDoubled, text));
            }
        }
        Self(keys)
    }

    fn check(&self, check: &Check<'_>) -> Broken {
        let operation = check.operation;
        let key = operation.ask.key();
        let first = key.and_then(|key| self.0.get(&(key.client, key.number)));
        let begun = first.filter(|(first, _, _)| first.invoked < operation.returned);
        let same = |used: &Key| key.is_some_and(|key| key.request == used.request);
        match (&operation.answer, begun) {
            (Answer::Replayed { token, first, last }, Some((writer, used, written))) => match &writer.ask {
                Ask::Append { token: given, .. }
                    if given == token && *written == (*first, *last) && same(used) =>
                {
                    Ok(())
                }
                _ => check.broken(Rule::Replay, "the first answer was another one"),
            },
            (Answer::Replayed { .. }, None) => check.broken(Rule::Replay, "the key was not used before"),
            (Answer::KeyReused, Some((_, used, _))) if !same(used) => Ok(()),
            (Answer::KeyReused, _) => check.broken(Rule::Replay, "no other request used the key before"),
            // Another request may as well be told of a conflict; the same one has an answer already.
            (Answer::Conflict { .. }, Some((writer, used, _)))
                if same(used) && writer.answer_known_before(operation.invoked) =>
            {
                check.broken(Rule::KeyForgotten, "the key was answered before")
            }
            _ => Ok(()),
        }
    }
}

impl Operation {
    fn answer_known_before(&self, time: u64) -> bool {
        self.may_happen_until() < time
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation::Part;
    use super::*;

    /// An append of one event, named by its number, to stream 1.
    fn append(times: (u64, u64), expected: u32, event: u128, answer: Answer) -> Operation {
        Operation {
            invoked: times.0,
            returned: times.1,
            ask: Ask::Append {
                parts: vec![Part {
                    stream: 1,
                    expected,
                    events: vec![event],
                }],
                key: None,
                token: 0,
            },
            answer,
        }
    }

    fn appended(at: u64) -> Answer {
        Answer::Appended {
            first: at,
            last: at,
            versions: vec![(1, at as u32)],
        }
    }

    fn read(times: (u64, u64), entries: &[Entry]) -> Operation {
        Operation {
            invoked: times.0,
            returned: times.1,
            ask: Ask::ReadStream { stream: 1 },
            answer: Answer::Read(entries.to_vec()),
        }
    }

    fn log(events: &[u128]) -> Vec<Entry> {
        let entry = |(at, event): (u64, &u128)| Entry {
            position: at,
            stream: 1,
            version: at as u32,
            event: *event,
        };
        (1..).zip(events).map(entry).collect()
    }

    fn rules(operations: &[Operation], log: &[Entry]) -> Vec<Rule> {
        check(operations, log).iter().map(|one| one.rule).collect()
    }

    #[test]
    fn given_a_read_at_the_same_time_then_it_may_show_the_append_or_not() {
        let log = log(&[7]);
        let write = append((10, 20), 0, 7, appended(1));
        assert_eq!(rules(&[write.clone(), read((15, 25), &log)], &log), []);
        assert_eq!(rules(&[write, read((15, 25), &[])], &log), []);
    }

    #[test]
    fn given_a_read_after_the_answer_then_it_must_show_the_append() {
        let log = log(&[7]);
        let write = append((10, 20), 0, 7, appended(1));
        assert_eq!(rules(&[write, read((21, 25), &[])], &log), [Rule::ReadStale]);
    }

    #[test]
    fn given_a_read_that_showed_it_then_a_later_read_must_show_it_too() {
        let log = log(&[7]);
        let write = append((10, 90), 0, 7, appended(1));
        let reads = [read((15, 20), &log), read((21, 25), &[])];
        assert_eq!(
            rules(&[&[write][..], &reads[..]].concat(), &log),
            [Rule::ReadStale]
        );
    }

    #[test]
    fn given_a_read_before_the_append_began_then_it_must_not_show_it() {
        let log = log(&[7]);
        let write = append((10, 20), 0, 7, appended(1));
        assert_eq!(rules(&[write, read((5, 9), &log)], &log), [Rule::ReadFuture]);
    }

    #[test]
    fn given_an_append_without_an_answer_then_it_may_be_there_or_not_and_come_late() {
        let lost = append((10, 20), 1, 8, Answer::Unknown);
        let first = append((30, 40), 0, 7, appended(1));
        assert_eq!(rules(&[lost.clone(), first.clone()], &log(&[7])), []);
        assert_eq!(rules(&[lost, first], &log(&[7, 8])), []);
    }

    #[test]
    fn given_an_append_answered_before_another_began_then_it_stands_before_it() {
        let early = append((10, 20), 1, 8, appended(2));
        let late = append((30, 40), 0, 7, appended(1));
        assert_eq!(rules(&[early, late], &log(&[7, 8])), [Rule::RealTime]);
    }

    #[test]
    fn given_a_conflict_then_its_version_was_reached_meanwhile_and_is_not_the_expected_one() {
        let log = log(&[7, 8]);
        let others = [
            append((10, 20), 0, 7, appended(1)),
            append((30, 40), 1, 8, appended(2)),
        ];
        let conflict = |times, expected, actual| {
            let answer = Answer::Conflict { stream: 1, actual };
            rules(
                &[&others[..], &[append(times, expected, 9, answer)]].concat(),
                &log,
            )
        };
        assert_eq!(conflict((22, 28), 0, 1), []);
        assert_eq!(conflict((35, 36), 0, 1), []);
        assert_eq!(conflict((35, 36), 0, 2), []);
        assert_eq!(conflict((45, 50), 0, 1), [Rule::Conflict]);
        assert_eq!(conflict((22, 28), 0, 2), [Rule::Conflict]);
        assert_eq!(conflict((22, 28), 1, 1), [Rule::Conflict]);
    }
}
