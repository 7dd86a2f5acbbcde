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
    /// The coded facts, and who the person is: names, identifiers and addresses, but no notes. All that a fold
    /// asks for, at half the price where most events have a note.
    Known,
    /// Everything.
    Both,
}

impl Parts {
    /// Whether the identity part of an event of this type is opened.
    pub(crate) fn tell_identity_of(self, event_type: &str) -> bool {
        match self {
            Self::Envelope | Self::Case => false,
            Self::Known => event_type.starts_with("identity."),
            Self::Both => true,
        }
    }

    /// The types of events whose identity part is read, as a pattern of LIKE.
    pub(super) fn identity_types(self) -> &'static str {
        match self {
            Self::Envelope | Self::Case => "",
            Self::Known => "identity.%",
            Self::Both => "%",
        }
    }
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

/// Every column that [`super::row::EventRow::read`] reads, in the order in which it does. Given a pattern of types,
/// the identity part of other events is left where it is.
macro_rules! event_columns {
    () => {
        $crate::log::event_columns!(@ "identity_sealed")
    };
    ($types:literal) => {
        $crate::log::event_columns!(@ concat!(
            "CASE WHEN event_type LIKE ", $types, " THEN identity_sealed END AS identity_sealed"
        ))
    };
    (@ $identity:expr) => {
        concat!(
            "position, event_id, correlation, causation, stream_id, recorded_at, received_at, occurred_at, \
             occurred_on, stream_version, stream_kind, schema_version, key_version, origin, event_type, client, \
             user_name, organisation, role, on_behalf_of, purpose, source_system, source_reference, case_sealed, ",
            $identity,
            ", payload_hash"
        )
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
