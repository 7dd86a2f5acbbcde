//! Reading pages of the log.

use crate::StoreError;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::stream::{StreamId, StreamKind};

/// Most events in one page of the log.
pub const MAX_PAGE: u32 = 10_000;

/// Which parts of events are opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    /// The clear envelope only; bodies read as erased.
    Envelope,
    /// The coded facts, no names.
    #[default]
    Case,
    /// Everything.
    Both,
}

/// Which events of the log.
#[derive(Clone, Debug, Default)]
pub struct LogQuery {
    /// Those after this position.
    pub after: u64,
    /// Those up to this position; whoever filters reads the head first and says here how far the answer goes.
    pub upto: Option<u64>,
    /// At most this many, and at most [`MAX_PAGE`].
    pub limit: u32,
    /// Of these types; all when empty.
    pub types: Vec<String>,
    /// Of this kind of stream; all when absent.
    pub kind: Option<StreamKind>,
    /// What is opened.
    pub parts: Parts,
}

/// An event of the log, or why it cannot be read: one bad event does not hide the others.
#[derive(Debug)]
pub struct LogEntry {
    /// Its position.
    pub position: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Its type; also of erased events, and of types this program does not know.
    pub event_type: String,
    /// The event.
    pub event: Result<RecordedEvent, StoreError>,
}

/// Every column that [`super::row::EventRow::read`] reads.
macro_rules! event_columns {
    () => {
        "position, event_id, correlation, causation, stream_id, recorded_at, received_at, occurred_at, \
         occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type, client, \
         user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference, case_sealed, \
         identity_sealed, payload_hash"
    };
}
pub(crate) use event_columns;

/// `SELECT` of [`event_columns`], and what follows it.
macro_rules! select_events {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* ",
            $name,
            " */ SELECT ",
            $crate::log::event_columns!(),
            " FROM events ",
            $rest
        )
    };
}
pub(crate) use select_events;
