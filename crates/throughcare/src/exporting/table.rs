//! The records as a table, for those who read tables.

use anyhow::Result;
use throughcare_proof::record::When;
use throughcare_store::SealedEvent;

/// The file.
pub const FILE: &str = "events.csv";

const COLUMNS: [&str; 20] = [
    "position",
    "event",
    "streamKind",
    "stream",
    "version",
    "type",
    "schema",
    "occurred",
    "received",
    "recorded",
    "origin",
    "client",
    "user",
    "organisation",
    "role",
    "onBehalfOf",
    "purpose",
    "correlation",
    "source",
    "facts",
];

/// A table under way.
pub struct Table(csv::Writer<std::fs::File>);

impl Table {
    /// Begins the file anew.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(directory: &std::path::Path) -> Result<Self> {
        let mut table = csv::Writer::from_path(directory.join(FILE))?;
        table.write_record(COLUMNS)?;
        Ok(Self(table))
    }

    /// Adds a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, event: &SealedEvent) -> Result<()> {
        let record = &event.record;
        let occurred = match record.occurred {
            When::On(day) => day.to_string(),
            When::At(at) => at.to_string(),
        };
        let source = record
            .source
            .as_ref()
            .map_or_else(String::new, |(system, reference)| format!("{system} {reference}"));
        self.0.write_record([
            event.position.to_string(),
            record.event.to_string(),
            record.stream_kind.clone(),
            record.stream.to_string(),
            record.version.to_string(),
            record.event_type.clone(),
            record.schema.to_string(),
            occurred,
            record.received.to_string(),
            record.recorded.to_string(),
            record.origin.clone(),
            text(&record.client),
            text(record.user.as_deref().unwrap_or_default()),
            record.organisation.clone(),
            record.role.clone(),
            text(record.on_behalf_of.as_deref().unwrap_or_default()),
            record.purpose.clone(),
            record.correlation.to_string(),
            text(&source),
            event.facts.as_ref().map_or_else(String::new, ToString::to_string),
        ])?;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }
}

/// A text that a spreadsheet would take for a formula is quoted: whoever chose a reference must not have the auditor's
/// machine compute it.
fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
