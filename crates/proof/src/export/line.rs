//! Lines of the export's files.

use crate::tree::Hash;
use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use uuid::Uuid;

/// An event, as a line of `events/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventLine<'a> {
    /// Its position, from 1.
    pub position: u64,
    /// The text that is hashed into the tree.
    #[serde(borrow)]
    pub record: Cow<'a, str>,
    /// The sealed coded facts, in base64.
    #[serde(borrow)]
    pub case: Cow<'a, str>,
    /// The sealed identity, in base64.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Cow<'a, str>>,
    /// The coded facts, opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<serde_json::Value>,
}

impl EventLine<'static> {
    /// The line of an event. None where the record is no text.
    #[must_use]
    pub fn new(position: u64, record: Vec<u8>, case: &[u8], identity: Option<&[u8]>) -> Option<Self> {
        Some(Self {
            position,
            record: Cow::Owned(String::from_utf8(record).ok()?),
            case: STANDARD.encode(case).into(),
            identity: identity.map(|bytes| STANDARD.encode(bytes).into()),
            facts: None,
        })
    }
}

impl EventLine<'_> {
    /// Both sealed parts. None where they are not in base64.
    #[must_use]
    pub fn sealed(&self) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        let case = STANDARD.decode(&*self.case).ok()?;
        let identity = match &self.identity {
            Some(text) => Some(STANDARD.decode(&**text).ok()?),
            None => None,
        };
        Some((case, identity))
    }

    /// Adds the line to a file.
    pub fn write(&self, file: &mut Vec<u8>) {
        // Texts and numbers: nothing in it that JSON cannot say.
        if serde_json::to_writer(&mut *file, self).is_ok() {
            file.push(b'\n');
        }
    }
}

/// A record that was erased, as a line of `erased.ndjson`. That somebody's keys are gone stands in no leaf, because
/// a tombstone's own facts are sealed too; what can be proved is that an erasure stands at that position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasedLine {
    /// The stream that nobody can open any more.
    pub stream: Uuid,
    /// The event that says so.
    pub tombstone: Uuid,
    /// Where that stands.
    pub position: u64,
}

/// SHA-256 over both sealed parts, each after its length in eight bytes, so that no byte can move from one to the
/// other: what a record says of its payload.
#[must_use]
pub fn payload_hash(case: &[u8], identity: Option<&[u8]>) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in [case, identity.unwrap_or_default()] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Hash(hash)
}
