//! The manifest of an export.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first thing that a manifest says.
pub const FORMAT: &str = "throughcare export 1";

/// What was exported. It is signed by nobody: what it says is checked against the rest, never the other way round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// `all`, `person ID`, `organisation CODE` or `period FROM TO`.
    pub scope: String,
    /// The log's origin.
    pub origin: String,
    /// How many events the log had.
    pub size: u64,
    /// The root of the tree over them, in base64.
    pub root: String,
    /// How many events are in `events/`.
    pub events: u64,
    /// Whether the coded facts were opened.
    pub case_facts: bool,
    /// Which version of the program wrote it.
    pub program: String,
    /// When, in UTC.
    pub made: String,
    /// SHA-256 in hexadecimal digits of each file that the tree does not prove.
    pub files: BTreeMap<String, String>,
}

/// How much of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    All,
    /// One stream: complete when its versions are.
    Person,
    /// What one organisation recorded.
    Organisation,
    /// What was recorded in a period: complete when its positions are.
    Period,
}

impl Manifest {
    /// How much of the log it is; none where it says something else.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        match self.scope.split(' ').next()? {
            "all" => Some(Scope::All),
            "person" => Some(Scope::Person),
            "organisation" => Some(Scope::Organisation),
            "period" => Some(Scope::Period),
            _ => None,
        }
    }

    /// The file, as it is written.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}
