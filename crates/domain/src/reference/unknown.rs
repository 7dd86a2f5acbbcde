//! A code nobody knows, answered with the nearest ones.

use super::{Entry, list::CodeList};
use jiff::civil::Date;
use std::fmt;

/// Most characters of a code that are repeated to whoever sent it.
const MOST_SHOWN: usize = 40;

/// How many near codes are named.
const NAMED: usize = 3;

/// Why a code was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no such list.
    NoSuchList,
    /// The list never had it.
    NoSuchCode,
    /// The list has it, for another time.
    NotInForce {
        /// The day asked about.
        on: Date,
        /// First day in force.
        from: Option<Date>,
        /// Last day in force.
        to: Option<Date>,
    },
}

/// A code that its list does not have on the day, with the nearest codes it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode {
    /// Which list.
    pub list: String,
    /// What was sent, cut to 40 characters, without control and invisible characters.
    pub given: String,
    /// Why it was not found.
    pub why: Why,
    /// Code and label of the nearest current codes in force that day; at most 3.
    pub nearest: Vec<(String, String)>,
}

impl UnknownCode {
    pub(super) fn without_list(name: &str, given: &str) -> Self {
        Self {
            list: shown(name),
            given: shown(given),
            why: Why::NoSuchList,
            nearest: Vec::new(),
        }
    }

    pub(super) fn of(list: &CodeList, given: &str, on: Date) -> Self {
        let given = shown(given);
        let (why, sought) = match list.ever(&given) {
            // An old code is most often replaced by one of the same name.
            Some(old) => (
                Why::NotInForce {
                    on,
                    from: old.valid_from,
                    to: old.valid_to,
                },
                old.label.as_str(),
            ),
            None => (Why::NoSuchCode, given.as_str()),
        };
        let nearest = nearest(list, sought, on);
        Self {
            list: list.name().to_owned(),
            why,
            nearest,
            given: given.clone(),
        }
    }
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            list,
            given,
            why,
            nearest,
        } = self;
        match why {
            Why::NoSuchList => write!(f, "There is no code list called {list}")?,
            // What was sent is not repeated: somebody's number may have come into the wrong field.
            Why::NoSuchCode => write!(f, "This is not a code of {list}")?,
            Why::NotInForce { on, from, to } => {
                write!(f, "\"{given}\" of {list} was not in force on {on}: it is valid")?;
                if let Some(from) = from {
                    write!(f, " from {from}")?;
                }
                if let Some(to) = to {
                    write!(f, " until {to}")?;
                }
            }
        }
        for (nth, (code, label)) in nearest.iter().enumerate() {
            let gap = if nth == 0 { "; nearest: " } else { ", " };
            write!(f, "{gap}{code} ({label})")?;
        }
        f.write_str(".")
    }
}

impl std::error::Error for UnknownCode {}

/// What was sent, fit to be shown: bounded, and without characters which hide or turn round text.
fn shown(given: &str) -> String {
    given
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_ascii_graphic() || *c == ' ')
        .take(MOST_SHOWN)
        .collect()
}

fn nearest(list: &CodeList, sought: &str, on: Date) -> Vec<(String, String)> {
    let sought = sought.to_lowercase();
    let choosable = |entry: &&Entry| entry.status == super::CodeStatus::Current && entry.in_force(on);
    let mut ranked: Vec<(f64, &Entry)> = list
        .entries()
        .iter()
        .filter(choosable)
        .map(|entry| (likeness(&sought, entry), entry))
        .collect();
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    ranked
        .into_iter()
        .take(NAMED)
        .map(|(_, entry)| (entry.code.to_string(), entry.label.clone()))
        .collect()
}

/// Likeness from 0 to 1 of what was sent to the code, the label, or a word of the label, by edit distance.
fn likeness(sought: &str, entry: &Entry) -> f64 {
    let label = entry.label.to_lowercase();
    let words = label
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2);
    // A word counts a little less than the whole.
    let words = words.map(|word| 0.95 * strsim::normalized_damerau_levenshtein(sought, word));
    [entry.code.as_str().to_lowercase().as_str(), &label]
        .into_iter()
        .map(|text| strsim::normalized_damerau_levenshtein(sought, text))
        .chain(words)
        .fold(0.0, f64::max)
}
