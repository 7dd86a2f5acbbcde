//! One code of a list.

use crate::code::Code;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a code may still be chosen for something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeStatus {
    /// In use.
    Current,
    /// Kept so that old records stay readable.
    Legacy,
}

/// Who made a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeOrigin {
    /// A national data set or register.
    National,
    /// These lists: it means nothing outside this system.
    Local,
}

macro_rules! words {
    ($name:ident: $($variant:ident = $word:literal),*) => {
        impl $name {
            /// Its name in lists and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads the name back.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(CodeStatus: Current = "current", Legacy = "legacy");
words!(CodeOrigin: National = "national", Local = "local");

/// A code, what it means, and when it was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// What it means, in plain English; 1 to 200 characters.
    pub label: String,
    /// Whether it may still be chosen.
    pub status: CodeStatus,
    /// Who made it.
    pub origin: CodeOrigin,
    /// First day in force; absent when it always was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day in force; absent while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// What else its list says of it, such as `outcome` or `dat`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

impl Entry {
    /// True when the code was in force on a day; first and last day count.
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on <= to)
    }

    /// An attribute of the list, when this code has it.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// True when both were in force on some same day.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let starts_before_end = |a: &Self, b: &Self| match (a.valid_from, b.valid_to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        starts_before_end(self, other) && starts_before_end(other, self)
    }
}
