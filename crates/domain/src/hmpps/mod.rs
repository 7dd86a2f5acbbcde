//! What the events of HMPPS mean here: an event of its topic becomes a movement, or says that two numbers are one
//! person's, or is kept because nobody here can read it.
//!
//! The type of an event never says that somebody is free: `prisoner.released` tells every way out of a prison, to court
//! and to hospital too. The reason code of the movement decides, the published reason where there is none.
//!
//! Sources: `domain.md` 5.3; `api.md`, Adopt 13; the repositories `ministryofjustice/prison-offender-events` (which
//! publishes these events), `hmpps-prisoner-search` (what a readmission is) and `hmpps-tier` (merged and unmerged cases).

mod movement;
mod numbers;
mod settle;

pub use movement::{Told, UNDONE_WITHIN};
pub use numbers::{Numbers, NumbersDue, NumbersStep, numbers_due, stand_joined};
pub use settle::{Due, Known, Void, due, is_recorded};

use crate::identifier::{Identifier, IdentifierKind};
use crate::reference::ReferenceData;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The system of the references under which events of HMPPS are on record.
pub const SYSTEM: &str = "hmpps";
/// The version of the envelope that is read here.
pub const VERSION: u32 = 1;
/// Most facts of an event that are read; an envelope has about ten.
pub const MOST_FACTS: usize = 50;
/// Most identifiers of an event that are read; an envelope has one.
pub const MOST_IDENTIFIERS: usize = 20;

/// An event in the envelope of HMPPS, as far as this program reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its type, such as `prison-offender-events.prisoner.released`.
    pub event_type: String,
    /// The version of its type.
    pub version: u32,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was published: the source's own order of what it says of one event. None where it was not sent, and in
    /// messages that were kept before it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// `additionalInformation`: what is a text or a number in it.
    pub facts: BTreeMap<String, String>,
    /// `personReference.identifiers`, as type and value.
    pub identifiers: Vec<(String, String)>,
}

impl std::fmt::Debug for Event {
    /// Shows the type, never what it says of whom.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Event({})", self.event_type)
    }
}

/// What an event means here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Somebody moved.
    Movement(Told),
    /// Two numbers are one person's, or are not any more.
    Numbers(Numbers),
    /// It is kept and shown.
    Kept(Kept),
}

/// Why an event is kept without an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A type that this program does not read.
    UnknownType,
    /// A version of a type that this program does not read.
    UnknownVersion,
    /// What the type needs is not in it; the word says what.
    NotUnderstood(&'static str),
}

/// What a type tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Received,
    Released,
    PrisonersMerged,
    CasesMerged,
    CasesUnmerged,
}

fn kind_of(event_type: &str) -> Option<Kind> {
    Some(match event_type {
        "prison-offender-events.prisoner.received" => Kind::Received,
        "prison-offender-events.prisoner.released" => Kind::Released,
        "prison-offender-events.prisoner.merged" => Kind::PrisonersMerged,
        "probation-case.merge.completed" => Kind::CasesMerged,
        "probation-case.unmerge.completed" => Kind::CasesUnmerged,
        _ => return None,
    })
}

/// A type as it may stand where nothing personal does: words joined by dots. Whoever puts a name or a number there by
/// mistake finds it nowhere in clear.
pub fn listed_type(event_type: &str) -> &str {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'))
    };
    match event_type.contains('.') && event_type.split('.').all(word) {
        true => event_type,
        false => "unlisted",
    }
}

/// What an event means, by the code lists.
pub fn understand(event: &Event, reference: &ReferenceData) -> Meaning {
    let Some(kind) = kind_of(&event.event_type) else {
        return Meaning::Kept(Kept::UnknownType);
    };
    if event.version != VERSION {
        return Meaning::Kept(Kept::UnknownVersion);
    }
    let read = match kind {
        Kind::Received => movement::received(event, reference).map(Meaning::Movement),
        Kind::Released => movement::released(event, reference).map(Meaning::Movement),
        Kind::PrisonersMerged => numbers::prisoners_merged(event).map(Meaning::Numbers),
        Kind::CasesMerged => numbers::cases_merged(event).map(Meaning::Numbers),
        Kind::CasesUnmerged => numbers::cases_unmerged(event).map(Meaning::Numbers),
    };
    read.unwrap_or_else(|what| Meaning::Kept(Kept::NotUnderstood(what)))
}

impl Meaning {
    /// What makes a message the same as one that came before: the type, whom it is about, when it happened, the reason;
    /// of a movement also what it says of it and when it was published, because the source corrects itself so. For the
    /// eyes of a keyed hash alone, because it names the person. `None` for what is only kept.
    pub fn sameness(&self, event: &Event) -> Option<String> {
        let (who, reason, says) = match self {
            Self::Movement(told) => {
                let published = told.published.map(|at| at.to_string()).unwrap_or_default();
                let says = format!("\n{}\n{published}", told.says());
                (told.number.value().to_owned(), told.reason.as_str(), says)
            }
            Self::Numbers(numbers) => (
                format!("{} {}", numbers.kept.value(), numbers.other.value()),
                "",
                String::new(),
            ),
            Self::Kept(_) => return None,
        };
        Some(format!(
            "{}\n{who}\n{}\n{reason}{says}",
            event.event_type, event.occurred_at
        ))
    }

    /// The identifiers it is about, the one that goes on first.
    pub fn about(&self) -> Vec<&Identifier> {
        match self {
            Self::Movement(told) => vec![&told.number],
            Self::Numbers(numbers) => vec![&numbers.kept, &numbers.other],
            Self::Kept(_) => Vec::new(),
        }
    }

    /// What is odd about it, by itself: stable words.
    pub fn flags(&self) -> &[&'static str] {
        match self {
            Self::Movement(told) => &told.flags,
            Self::Numbers(_) | Self::Kept(_) => &[],
        }
    }
}

impl Event {
    fn fact(&self, name: &str) -> Option<&str> {
        let text = self.facts.get(name)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// An identifier out of `additionalInformation`, or out of `personReference`.
    fn number(
        &self,
        kind: IdentifierKind,
        names: &[&str],
        reference_type: Option<&str>,
    ) -> Option<Identifier> {
        let told = names.iter().find_map(|name| self.fact(name)).or_else(|| {
            let mut all = self.identifiers.iter();
            all.find(|(of, _)| Some(of.as_str()) == reference_type)
                .map(|(_, value)| value.as_str())
        })?;
        // The year matters to PNC ids alone.
        Identifier::parse(kind, told, 0).ok()
    }
}

#[cfg(test)]
mod tests;
