//! The record of an event: its whole envelope, and the hash of its sealed payload.

use super::RecordError;
use super::lines::{Reader, Writer, instant, uuid};
use crate::tree::Hash;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

const TITLE: &str = "throughcare event 1";

/// A leaf of the log's tree. What stands in the envelope in clear, and nothing of what is sealed but its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// The event's id.
    pub event: Uuid,
    /// What kind of stream it is in: `person`, `service` or `organisation`.
    pub stream_kind: String,
    /// The stream.
    pub stream: Uuid,
    /// Its place in the stream, from 1.
    pub version: u32,
    /// Its type.
    pub event_type: String,
    /// Version of its stored form.
    pub schema: u16,
    /// When it was true.
    pub occurred: When,
    /// When the system was told.
    pub received: Timestamp,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// `staff` or `machine`.
    pub origin: String,
    /// The client by which it came.
    pub client: String,
    /// The user who acted.
    pub user: Option<String>,
    /// The organisation.
    pub organisation: String,
    /// The role.
    pub role: String,
    /// Who was behind a system.
    pub on_behalf_of: Option<String>,
    /// The purpose.
    pub purpose: String,
    /// What one request, or a chain of them, did.
    pub correlation: Uuid,
    /// What led to it.
    pub causation: Option<Uuid>,
    /// The sender's system and its reference.
    pub source: Option<(String, String)>,
    /// Version of the keys with which it is sealed.
    pub key_version: u16,
    /// SHA-256 over both sealed parts, each after its length in eight bytes.
    pub payload: Hash,
}

/// A day, or an instant to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A day in London.
    On(Date),
    /// An instant.
    At(Timestamp),
}

impl EventRecord {
    /// The bytes that are hashed into the tree.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines = Writer::begin(TITLE);
        lines.line("event", self.event);
        lines.line("stream", format_args!("{} {}", self.stream_kind, self.stream));
        lines.line("version", self.version);
        lines.line("type", format_args!("{} {}", self.event_type, self.schema));
        match self.occurred {
            When::On(day) => lines.line("occurred", format_args!("on {day}")),
            When::At(at) => lines.line("occurred", format_args!("at {at:.6}")),
        }
        lines.at("received", self.received);
        lines.at("recorded", self.recorded);
        lines.text("origin", &self.origin);
        lines.text("client", &self.client);
        lines.text_if("user", self.user.as_deref());
        lines.text("organisation", &self.organisation);
        lines.text("role", &self.role);
        lines.text_if("behalf", self.on_behalf_of.as_deref());
        lines.text("purpose", &self.purpose);
        lines.line("correlation", self.correlation);
        if let Some(causation) = self.causation {
            lines.line("causation", causation);
        }
        if let Some((system, reference)) = &self.source {
            lines.text("system", system);
            lines.text("reference", reference);
        }
        lines.line("key", self.key_version);
        lines.line("payload", self.payload.to_hex());
        lines.end()
    }

    /// Reads a record. Only the one form that [`EventRecord::to_bytes`] gives is taken.
    ///
    /// # Errors
    /// [`RecordError`] names what is missing or in another form.
    pub fn parse(entry: &[u8]) -> Result<Self, RecordError> {
        let mut lines = Reader::begin(entry, TITLE)?;
        let event = lines.id("event")?;
        let (stream_kind, stream) = two(lines.line("stream")?).ok_or(RecordError("stream"))?;
        let version = number(lines.line("version")?).ok_or(RecordError("version"))?;
        let (event_type, schema) = two(lines.line("type")?).ok_or(RecordError("type"))?;
        let occurred = match two(lines.line("occurred")?) {
            Some(("on", day)) => day.parse().map(When::On).ok(),
            Some(("at", at)) => instant(at).map(When::At),
            _ => None,
        };
        let record = Self {
            event,
            stream_kind: stream_kind.to_owned(),
            stream: uuid(stream).ok_or(RecordError("stream"))?,
            version,
            event_type: event_type.to_owned(),
            schema: number(schema)
                .and_then(|it| u16::try_from(it).ok())
                .ok_or(RecordError("type"))?,
            occurred: occurred.ok_or(RecordError("occurred"))?,
            received: lines.at("received")?,
            recorded: lines.at("recorded")?,
            origin: lines.text("origin")?,
            client: lines.text("client")?,
            user: lines.text_if("user")?,
            organisation: lines.text("organisation")?,
            role: lines.text("role")?,
            on_behalf_of: lines.text_if("behalf")?,
            purpose: lines.text("purpose")?,
            correlation: lines.id("correlation")?,
            causation: match lines.line_if("causation") {
                Some(id) => Some(uuid(id).ok_or(RecordError("causation"))?),
                None => None,
            },
            source: match lines.text_if("system")? {
                Some(system) => Some((system, lines.text("reference")?)),
                None => None,
            },
            key_version: number(lines.line("key")?)
                .and_then(|it| u16::try_from(it).ok())
                .ok_or(RecordError("key"))?,
            payload: Hash::from_hex(lines.line("payload")?).ok_or(RecordError("payload"))?,
        };
        lines.end()?;
        // Ids in capitals or times with other digits would be other bytes that read the same.
        if record.to_bytes() == entry {
            Ok(record)
        } else {
            Err(RecordError("canonical form"))
        }
    }
}

fn two(text: &str) -> Option<(&str, &str)> {
    text.split_once(' ')
}

fn number(text: &str) -> Option<u32> {
    crate::checkpoint::number(text).and_then(|it| u32::try_from(it).ok())
}
