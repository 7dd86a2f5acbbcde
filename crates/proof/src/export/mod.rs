//! The export: a directory that holds a log, or a part of it, so that it can be verified without the system that
//! wrote it: no database, no network, no word of anybody's taken for it.
//!
//! ```text
//! manifest.json                what was exported, of which log and how large, by which version, hashes of files
//! checkpoint                   the newest checkpoint (C2SP tlog-checkpoint), with the witnesses' cosignatures
//! events/000000.ndjson         one event a line: position, record, sealed bytes, facts where they were opened
//! erased.ndjson                which records were erased, and where in the log that stands
//! tile/0/000 …                 all of a log: its hash tiles (C2SP tlog-tiles)
//! tile/entries/000 …           all of a log: its entries, which are the records of `crate::record`
//! proofs/POSITION.tlog-proof   a part of a log: a proof for each event (C2SP tlog-proof), with the record in it
//! keys.ndjson                  wrapped keys of streams: only in the operator's own export, to import it again
//! events.csv                   the records as a table, where that was asked for: for reading, not verified
//! ```
//!
//! Positions count from 1, so that the event at position *p* is the leaf *p* − 1. In an export of all of a log,
//! `events/N.ndjson` holds the positions from N × 8,192 + 1 on, 8,192 of them in every file but the last. In an export
//! of a part, all events stand in files of as many, in order of their positions.
//!
//! A line of `events/` is a JSON object: `position`; `record`, the text that is hashed into the tree; `case` and
//! `identity`, the two sealed parts in base64, the second only where there is one; `facts`, the coded facts, only where
//! the exporter had keys and was asked to open them. The record proves the sealed parts by their hash. Facts are what
//! the exporter read in them, and are proved only to whoever has the keys.

mod line;
mod manifest;
mod write;

pub use line::{ErasedLine, EventLine, payload_hash};
pub use manifest::{FORMAT, Manifest, Scope};
pub use write::{EVENTS_OF_A_FILE, Sink, Writer, Written, events_file};

/// Where the manifest is.
pub const MANIFEST: &str = "manifest.json";
/// Where the checkpoint is.
pub const CHECKPOINT: &str = "checkpoint";
/// Where it says who was erased.
pub const ERASED: &str = "erased.ndjson";
/// Where the wrapped keys are.
pub const KEYS: &str = "keys.ndjson";

/// Where the proof of the event at a position is.
#[must_use]
pub fn proof_file(position: u64) -> String {
    format!("proofs/{position}.tlog-proof")
}
