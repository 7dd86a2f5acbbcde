//! The log: ordered group append, and reading.
//!
//! One writer task per node takes the appends that are waiting and commits them together, under the locked head
//! row: positions are dense and follow the order of commit, so that a reader needs only an integer to go on from.

mod append;
mod at_once;
pub(crate) mod bounds;
mod brought_before;
mod check;
mod concerned;
mod find;
mod group;
mod insert;
mod linked;
mod load;
mod open_case;
mod prepare;
mod query;
mod read;
mod replay;
mod resolve;
mod row;
mod sent;
mod values;
mod writer;
mod writer_status;

pub use append::{
    Append, AppendOutcome, Appended, Claim, Entity, EntityKind, Idempotency, Link, MAX_EVENTS, MAX_STREAMS,
    NewEvent, Provenance, Reference, StreamAppend,
};
pub use find::{StoredAnswer, StoredReference};
pub use linked::LinkedRecords;
pub use load::{Loader, MAX_LOAD_EVENTS, Sealed};
pub use open_case::{CaseOf, OpenedCase, ReadCase};
pub use query::{LogEntry, LogQuery, MAX_PAGE, Parts};
pub use read::Head;
pub use replay::Replay;
pub use writer_status::WriterStatus;

pub(crate) use insert::small;
pub(crate) use load::{columns, tuple};
pub(crate) use prepare::{KnownKeys, prepare};
pub(crate) use query::{event_columns, select_events};
pub(crate) use replay::Columns;
pub(crate) use row::{EventRow, kind_number, payload_hash};
pub(crate) use values::{COLUMNS, Values};
pub(crate) use writer::Writer;
