//! What is wrong with a body, fault by fault, so that a clerk mends a form once and not six times.
//!
//! Source: `api.md` (problem+json with every fault of a body at once).

use serde::Serialize;
use std::fmt::{self, Display};

/// One thing wrong with what was sent.
///
/// Faults are shown to people and written to logs, so `detail` never repeats a rejected value that could be
/// personal data: it says what is expected instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Where, as a JSON pointer (RFC 6901), such as `/identifiers/0/value`; empty for the whole body.
    pub pointer: String,
    /// Which kind of fault, as a stable word for programs, such as `unknown_code`.
    pub code: &'static str,
    /// What is wrong and what is expected, in plain English.
    pub detail: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(&self.detail),
            pointer => write!(f, "{pointer}: {}", self.detail),
        }
    }
}

/// Collects the faults of a body. It keeps the first [`Faults::MOST`] and counts the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    kept: Vec<Fault>,
    more: usize,
}

impl Faults {
    /// How many faults are kept; a body with more is mended in rounds.
    pub const MOST: usize = 50;

    /// No fault so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault.
    pub fn push(&mut self, fault: Fault) {
        if self.kept.len() < Self::MOST {
            self.kept.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// Notes a fault by its parts.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.push(Fault::new(pointer, code, detail));
    }

    /// The value when there is one; otherwise notes the error as a fault at `pointer` and goes on.
    ///
    /// The error's text becomes the detail, so it must be fit for the person who sent the value.
    pub fn take<T, E: Display>(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        result: Result<T, E>,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(pointer, code, error.to_string());
                None
            }
        }
    }

    /// Takes over the faults of a part which stands at `prefix` in the whole.
    pub fn absorb(&mut self, prefix: &str, part: Self) {
        self.more += part.more;
        for fault in part.kept {
            self.push(Fault {
                pointer: format!("{prefix}{}", fault.pointer),
                ..fault
            });
        }
    }

    /// True while nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The faults kept, in the order in which they were noted.
    pub fn as_slice(&self) -> &[Fault] {
        &self.kept
    }

    /// How many faults were noted beyond those kept.
    pub fn more(&self) -> usize {
        self.more
    }

    /// The value, when nothing is wrong.
    ///
    /// # Errors
    /// Itself, when anything is.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self {
            kept: vec![fault],
            more: 0,
        }
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

impl Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, fault) in self.kept.iter().enumerate() {
            let gap = if nth == 0 { "" } else { "; " };
            write!(f, "{gap}{fault}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for Faults {}

/// A JSON pointer one step below `parent`: `~` and `/` of the segment are escaped (RFC 6901).
pub fn pointer(parent: &str, segment: impl Display) -> String {
    let segment = segment.to_string().replace('~', "~0").replace('/', "~1");
    format!("{parent}/{segment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_body_is_reported_at_once() {
        let mut faults = Faults::new();
        let kept = faults.take("/a", "not_a_number", "7".parse::<u8>());
        let lost = faults.take("/b", "not_a_number", "x".parse::<u8>());
        faults.add("/c", "missing", "a date is needed");
        assert_eq!((kept, lost), (Some(7), None));
        let faults = faults.into_result(()).unwrap_err();
        let places: Vec<_> = faults.as_slice().iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(places, ["/b", "/c"]);
    }

    #[test]
    fn a_body_without_fault_passes() {
        assert_eq!(Faults::new().into_result(3), Ok(3));
    }

    #[test]
    fn a_part_is_reported_at_its_place_in_the_whole() {
        let mut whole = Faults::new();
        whole.absorb(
            &pointer("/people", 3),
            Fault::new("/name", "missing", "a name is needed").into(),
        );
        assert_eq!(whole.to_string(), "/people/3/name: a name is needed");
    }

    #[test]
    fn the_list_is_bounded_and_says_what_it_left_out() {
        let mut faults = Faults::new();
        for n in 0..Faults::MOST + 5 {
            faults.add(pointer("", n), "missing", "needed");
        }
        assert_eq!(faults.as_slice().len(), Faults::MOST);
        assert!(faults.to_string().ends_with("; and 5 more"));
    }

    #[test]
    fn slashes_in_a_field_name_do_not_break_the_pointer() {
        assert_eq!(pointer("/x", "a/b~c"), "/x/a~1b~0c");
    }
}
