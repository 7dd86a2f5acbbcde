//! Small shapes that many bodies share, and how they become domain values.

use crate::problem::Problem;
use crate::time::{WhenWire, parse_date, parse_instant};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use throughcare_domain::code::{
    AreaCode, ClientName, Code, CodeError, OrganisationCode, PrisonCode, ServiceCode, UserName,
};
use throughcare_domain::command::{Asked, Command, NamesTold, ResidenceTold};
use throughcare_domain::event::SourceReference;
use throughcare_domain::fault::Faults;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::when::{Occurred, london_date};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The sender's own reference for what it tells; each is accepted once per client.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalReference {
    /// The system that made it.
    #[schema(min_length = 1, max_length = 60, example = "case-system")]
    pub system: String,
    /// The reference.
    #[schema(min_length = 1, max_length = 100, example = "REF-2026-000123")]
    pub value: String,
}

impl From<ExternalReference> for SourceReference {
    fn from(wire: ExternalReference) -> Self {
        Self {
            system: wire.system,
            value: wire.value,
        }
    }
}

/// A civil date from 1900-01-01 to 2099-12-31, written `2026-03-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateWire(pub Date);

impl<'de> Deserialize<'de> for DateWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_date(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected a date from 1900 to 2099"))
    }
}

impl Serialize for DateWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for DateWire {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .pattern(Some("^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))
            .description(Some("A date from 1900-01-01 to 2099-12-31."))
            .into()
    }
}

impl ToSchema for DateWire {
    fn name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }
}

/// An instant with offset, from 1900 to 2099, written `2026-03-01T09:30:00+00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstantWire(pub Timestamp);

impl<'de> Deserialize<'de> for InstantWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_instant(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected a date and time with offset, from 1900 to 2099"))
    }
}

impl Serialize for InstantWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for InstantWire {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A date and time with offset, from 1900 to 2099."))
            .into()
    }
}

impl ToSchema for InstantWire {
    fn name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }
}

/// Which kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKindWire {
    /// NHS number, 10 digits with check digit.
    NhsNumber,
    /// Prisoner number, such as A1234BC.
    PrisonerNumber,
    /// Police national computer id, such as 2002/0073319Z.
    Pnc,
    /// Criminal records office number, such as 065656/91H.
    Cro,
    /// Probation case reference number, such as X123456.
    Crn,
    /// A reference of one system, written `system:value`.
    Local,
}

impl From<IdentifierKindWire> for IdentifierKind {
    fn from(wire: IdentifierKindWire) -> Self {
        match wire {
            IdentifierKindWire::NhsNumber => Self::NhsNumber,
            IdentifierKindWire::PrisonerNumber => Self::PrisonerNumber,
            IdentifierKindWire::Pnc => Self::Pnc,
            IdentifierKindWire::Cro => Self::Cro,
            IdentifierKindWire::Crn => Self::Crn,
            IdentifierKindWire::Local => Self::Local,
        }
    }
}

impl From<IdentifierKind> for IdentifierKindWire {
    fn from(kind: IdentifierKind) -> Self {
        match kind {
            IdentifierKind::NhsNumber => Self::NhsNumber,
            IdentifierKind::PrisonerNumber => Self::PrisonerNumber,
            IdentifierKind::Pnc => Self::Pnc,
            IdentifierKind::Cro => Self::Cro,
            IdentifierKind::Crn => Self::Crn,
            IdentifierKind::Local => Self::Local,
        }
    }
}

/// An identifier as it is written.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentifierWire {
    /// Which kind.
    pub kind: IdentifierKindWire,
    /// Its value; spaces and letter case are put right.
    #[schema(min_length = 1, max_length = 80, example = "9990000018")]
    pub value: String,
}

/// Names as told.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamesWire {
    /// Given name or names.
    #[schema(min_length = 1, max_length = 100, example = "Robin")]
    pub given: Option<String>,
    /// Family name.
    #[schema(min_length = 1, max_length = 100, example = "Ashdown")]
    pub family: Option<String>,
}

impl From<NamesWire> for NamesTold {
    fn from(wire: NamesWire) -> Self {
        Self {
            given: wire.given,
            family: wire.family,
        }
    }
}

/// Where somebody lives.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResidenceWire {
    /// Upper-tier authority, a code of `areas`.
    #[schema(min_length = 4, max_length = 9, example = "X10000001")]
    pub area: Option<String>,
    /// No fixed abode.
    #[serde(default)]
    pub no_fixed_abode: bool,
    /// Postcode; never a prison's.
    #[schema(min_length = 2, max_length = 8)]
    pub postcode: Option<String>,
    /// Address lines.
    #[schema(min_length = 1, max_length = 300)]
    pub address: Option<String>,
}

/// Turns wire values into domain values and collects every fault.
#[derive(Debug, Default)]
pub struct Reading {
    /// What is wrong so far.
    pub faults: Faults,
}

macro_rules! read_codes {
    ($($(#[$doc:meta])* $name:ident -> $type:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, text: &str, pointer: &str) -> Option<$type> {
            self.faults.take(pointer, "bad_code", $type::parse(text).map_err(said))
        }
    )*};
}

fn said(error: CodeError) -> String {
    format!("This {error}.")
}

impl Reading {
    read_codes! {
        /// A code of a code list.
        code -> Code,
        /// A prison.
        prison -> PrisonCode,
        /// An authority.
        area -> AreaCode,
        /// A service.
        service -> ServiceCode,
        /// A member of staff.
        user_name -> UserName,
        /// A registered system.
        client -> ClientName,
        /// An organisation.
        organisation -> OrganisationCode,
    }

    /// Several codes.
    pub fn codes(&mut self, texts: &[String], pointer: &str) -> Vec<Code> {
        texts
            .iter()
            .enumerate()
            .filter_map(|(index, text)| self.code(text, &format!("{pointer}/{index}")))
            .collect()
    }

    /// An identifier. Two digits of a year mean a year until that of `now`.
    pub fn identifier(&mut self, wire: &IdentifierWire, pointer: &str, now: Timestamp) -> Option<Identifier> {
        let read = Identifier::parse(wire.kind.into(), &wire.value, london_date(now).year());
        self.faults
            .take(format!("{pointer}/value"), "identifier_invalid", read)
    }

    /// Several identifiers.
    pub fn identifiers(
        &mut self,
        wires: &[IdentifierWire],
        pointer: &str,
        now: Timestamp,
    ) -> Vec<Identifier> {
        wires
            .iter()
            .enumerate()
            .filter_map(|(index, wire)| self.identifier(wire, &format!("{pointer}/{index}"), now))
            .collect()
    }

    /// A residence.
    pub fn residence(&mut self, wire: ResidenceWire, pointer: &str) -> ResidenceTold {
        let area = wire
            .area
            .and_then(|text| self.area(&text, &format!("{pointer}/area")));
        ResidenceTold {
            area,
            no_fixed_abode: wire.no_fixed_abode,
            postcode: wire.postcode,
            address: wire.address,
        }
    }

    /// Ends the reading: what was read, when nothing is wrong with it.
    ///
    /// # Errors
    /// The problem with every fault.
    pub fn whole<T>(self, read: Option<T>) -> Result<T, Problem> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(super::refusal::refused(self.faults)),
        }
    }
}

/// When something happened; now, when nothing was said.
pub fn occurred(when: Option<WhenWire>, now: Timestamp) -> Occurred {
    match when {
        Some(WhenWire::On(date)) => Occurred::On(date),
        Some(WhenWire::At(at)) => Occurred::At(at),
        None => Occurred::At(now),
    }
}

/// A command with its time and note.
pub fn asked(when: Option<WhenWire>, note: Option<String>, command: Command, now: Timestamp) -> Asked {
    Asked {
        under: String::new(),
        occurred: occurred(when, now),
        note,
        command,
    }
}

/// A fact's time for answers.
pub fn when(occurred: Occurred) -> WhenWire {
    match occurred {
        Occurred::On(date) => WhenWire::On(date),
        Occurred::At(at) => WhenWire::At(at),
    }
}
