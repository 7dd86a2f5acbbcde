//! The record of an act of administration that is no event: of webhooks and of code lists, and of an erasure that was
//! carried out.

use super::RecordError;
use super::lines::{Reader, Writer};
use jiff::Timestamp;

const TITLE: &str = "throughcare act 1";

/// A leaf of the tree of what stands beside the log: what an administrator did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActRecord {
    /// To what: `webhook`, `code-list` or `erasure`.
    pub kind: String,
    /// Its number among the acts of its kind. Numbers rise, but not all of them are there.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Which one: the id of a webhook or of an erasure, the name of a list.
    pub of: String,
    /// What was done: of a list, the version that was taken into use.
    pub what: String,
    /// By whom; nobody, for what the program did by itself.
    pub by: Option<String>,
}

impl ActRecord {
    /// The bytes that are hashed into the tree.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines = Writer::begin(TITLE);
        lines.line("kind", &self.kind);
        lines.line("number", self.number);
        lines.at("at", self.at);
        lines.text("of", &self.of);
        lines.text("what", &self.what);
        lines.text_if("by", self.by.as_deref());
        lines.end()
    }

    /// Reads a record. Only the one form that [`ActRecord::to_bytes`] gives is taken.
    ///
    /// # Errors
    /// [`RecordError`] names what is missing or in another form.
    pub fn parse(entry: &[u8]) -> Result<Self, RecordError> {
        let mut lines = Reader::begin(entry, TITLE)?;
        let record = Self {
            kind: lines.line("kind")?.to_owned(),
            number: crate::checkpoint::number(lines.line("number")?).ok_or(RecordError("number"))?,
            at: lines.at("at")?,
            of: lines.text("of")?,
            what: lines.text("what")?,
            by: lines.text_if("by")?,
        };
        lines.end()?;
        if record.to_bytes() == entry {
            Ok(record)
        } else {
            Err(RecordError("canonical form"))
        }
    }
}
