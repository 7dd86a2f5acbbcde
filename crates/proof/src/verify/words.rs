//! What was found, for somebody who is no programmer.

use super::{Fault, Outcome, Proved};
use std::fmt;

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.unaltered() {
            return write!(f, "{}", Faults(&self.faults));
        }
        let Self { origin, size, .. } = self;
        let (of, holds) = match self.scope.split_once(' ') {
            Some(("organisation", code)) => (
                format!(", recorded by {code},"),
                "in order and as they were recorded; whether there are more of them only an export of all can tell",
            ),
            Some((scope, which)) => (
                format!(" ({scope} {which})"),
                "in order, without a gap between them, and as they were recorded",
            ),
            None => (String::new(), "complete, in order and as they were recorded"),
        };
        writeln!(
            f,
            "Nothing was altered: {} events of the log {origin}{of} are {holds}.",
            grouped(self.events)
        )?;
        let by = if self.witnesses.is_empty() {
            "no witness".to_owned()
        } else {
            format!(
                "{} ({})",
                counted(self.witnesses.len() as u64, "witness", "es"),
                self.witnesses.join(", ")
            )
        };
        writeln!(
            f,
            "The log signed that it had {} events then; it was cosigned by {by}.",
            grouped(*size)
        )?;
        if self.older > 0 {
            writeln!(
                f,
                "It only grew from {}.",
                counted(self.older, "older checkpoint", "s")
            )?;
        }
        if self.payloads > 0 {
            writeln!(
                f,
                "The sealed content of {} was compared, and is what was recorded.",
                counted(self.payloads, "event", "s")
            )?;
        } else {
            writeln!(
                f,
                "The sealed content is not part of this export and was not compared."
            )?;
        }
        for erased in &self.erased {
            writeln!(
                f,
                "The record {} was erased; the erasure stands at position {} (event {}).",
                erased.stream,
                grouped(erased.position),
                erased.tombstone
            )?;
        }
        if let Some(stream) = &self.stream {
            writeln!(
                f,
                "The stream {} is here from version 1 to {}.",
                stream.id, stream.versions
            )?;
        }
        if self.receipts > 0 {
            writeln!(
                f,
                "What {} promised is in the log.",
                counted(self.receipts, "receipt", "s")
            )?;
        }
        if self.receipts_later > 0 {
            writeln!(
                f,
                "{} later than this checkpoint: ask again with a newer export.",
                if self.receipts_later == 1 {
                    "1 receipt is".to_owned()
                } else {
                    format!("{} receipts are", self.receipts_later)
                }
            )?;
        }
        Ok(())
    }
}

struct Faults<'a>(&'a [Fault]);

impl fmt::Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "This is NOT as it was recorded.")?;
        for fault in self.0 {
            writeln!(f, "- {}", fault.words)?;
        }
        let first = self.0.iter().filter_map(|fault| fault.position).min();
        match first {
            Some(first) => writeln!(
                f,
                "The first position that differs, or can differ: {}.",
                grouped(first)
            ),
            None => writeln!(f, "No single position differs: what is wrong is said above."),
        }
    }
}

impl fmt::Display for Proved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The event {} ({}, version {} of the stream {}) is in the log {} at position {} of {}.",
            self.event,
            self.event_type,
            self.version,
            self.stream,
            self.origin,
            grouped(self.position),
            grouped(self.size)
        )?;
        writeln!(
            f,
            "It was recorded at {} by {}.",
            self.recorded, self.organisation
        )
    }
}

fn counted(count: u64, one: &str, more: &str) -> String {
    let more = if count == 1 { "" } else { more };
    format!("{} {one}{more}", grouped(count))
}

/// A number in groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
