//! What can be wrong with an export, and how that is said.

use serde::Serialize;

/// The first thing of its kind that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// A word for programs; README and both verifiers use the same.
    pub what: &'static str,
    /// The first position that differs, or that can differ; none where nothing of the events is wrong.
    pub position: Option<u64>,
    /// Up to which position the difference may be, where it cannot be told which one it is.
    pub upto: Option<u64>,
    /// A sentence for people.
    pub words: String,
}

impl Fault {
    pub(super) fn new(what: &'static str, words: impl Into<String>) -> Self {
        Self {
            what,
            position: None,
            upto: None,
            words: words.into(),
        }
    }

    /// A fault at one position, with its sentence.
    pub(super) fn at(what: &'static str, position: u64) -> Self {
        let words = match what {
            "missing" => format!("The entry at position {position} is missing."),
            "surplus" => format!("There is something at position {position} that the log does not have."),
            "altered" => format!("The entry at position {position} is not the one whose hash is in the log."),
            "record" => format!("The entry at position {position} is no record of an event."),
            "order" => {
                format!("The event at position {position} was recorded before the one that precedes it.")
            }
            "stream" => {
                format!(
                    "The event at position {position} does not go on where the events of its stream ended."
                )
            }
            "twice" => format!("The event at position {position} stands in the log before."),
            "event" => format!("The event at position {position} is missing or is not the one in the log."),
            "payload" => {
                format!("What is stored of the event at position {position} is not what was recorded.")
            }
            "proof" => format!("The proof of the event at position {position} does not hold."),
            "tile" => format!("The hashes of the log are missing or disagree, first at position {position}."),
            "erased" => format!("It is said that an erasure stands at position {position}, and none does."),
            _ => format!("Position {position}."),
        };
        Self {
            what,
            position: Some(position),
            upto: None,
            words,
        }
    }

    /// A fault somewhere from one position to another.
    pub(super) fn between(what: &'static str, from: u64, upto: u64, words: &str) -> Self {
        Self {
            what,
            position: Some(from),
            upto: Some(upto),
            words: format!("{words} The difference lies between the positions {from} and {upto}."),
        }
    }
}
