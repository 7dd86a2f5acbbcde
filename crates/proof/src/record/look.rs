//! The record of a look: who was shown whom, by what, and why they might.

use super::RecordError;
use super::lines::{Reader, Writer, uuid};
use jiff::Timestamp;
use uuid::Uuid;

const TITLE: &str = "throughcare look 1";

/// A leaf of the tree of what stands beside the log: one line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookRecord {
    /// Its number in the access log. Numbers rise, but not all of them are there.
    pub look: u64,
    /// When.
    pub at: Timestamp,
    /// Who was shown; nobody, for a search that found nobody.
    pub person: Option<Uuid>,
    /// The client that asked.
    pub client: String,
    /// The user; none for a system by itself.
    pub user: Option<String>,
    /// Who was behind a system.
    pub on_behalf_of: Option<String>,
    /// For which organisation.
    pub organisation: String,
    /// In which role.
    pub role: String,
    /// Why.
    pub purpose: String,
    /// Method and address, with its places.
    pub route: String,
    /// How much was shown.
    pub extent: String,
    /// On which grounds, one space between two of them.
    pub grounds: String,
    /// What one request, or a chain of them, did.
    pub correlation: Uuid,
}

impl LookRecord {
    /// The bytes that are hashed into the tree.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines = Writer::begin(TITLE);
        lines.line("look", self.look);
        lines.at("at", self.at);
        if let Some(person) = self.person {
            lines.line("person", person);
        }
        lines.text("client", &self.client);
        lines.text_if("user", self.user.as_deref());
        lines.text_if("behalf", self.on_behalf_of.as_deref());
        lines.text("organisation", &self.organisation);
        lines.text("role", &self.role);
        lines.text("purpose", &self.purpose);
        lines.text("route", &self.route);
        lines.text("extent", &self.extent);
        lines.text("grounds", &self.grounds);
        lines.line("correlation", self.correlation);
        lines.end()
    }

    /// Reads a record. Only the one form that [`LookRecord::to_bytes`] gives is taken.
    ///
    /// # Errors
    /// [`RecordError`] names what is missing or in another form.
    pub fn parse(entry: &[u8]) -> Result<Self, RecordError> {
        let mut lines = Reader::begin(entry, TITLE)?;
        let record = Self {
            look: crate::checkpoint::number(lines.line("look")?).ok_or(RecordError("look"))?,
            at: lines.at("at")?,
            person: match lines.line_if("person") {
                Some(id) => Some(uuid(id).ok_or(RecordError("person"))?),
                None => None,
            },
            client: lines.text("client")?,
            user: lines.text_if("user")?,
            on_behalf_of: lines.text_if("behalf")?,
            organisation: lines.text("organisation")?,
            role: lines.text("role")?,
            purpose: lines.text("purpose")?,
            route: lines.text("route")?,
            extent: lines.text("extent")?,
            grounds: lines.text("grounds")?,
            correlation: lines.id("correlation")?,
        };
        lines.end()?;
        if record.to_bytes() == entry {
            Ok(record)
        } else {
            Err(RecordError("canonical form"))
        }
    }
}
