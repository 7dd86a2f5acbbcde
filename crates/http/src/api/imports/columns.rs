//! Which column of a CSV file is which field.

use super::row::Kind;
use crate::json::strict::escaped;
use crate::problem::{Fault, Problem, ProblemKind};
use csv::ByteRecord;
use serde_json::{Map, Value, json};

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// A text, or anything that is written as one.
    Text,
    /// `yes` or `no`.
    Flag,
    /// A number.
    Number,
    /// Codes, with semicolons between them.
    Codes,
    /// An identifier of this kind.
    Identifier(&'static str),
}
use Cell::{Codes, Flag, Identifier, Number, Text};

const IDENTIFIERS: &str = "/person/identifiers";

type Column = (&'static str, &'static str, Cell);

/// Whom a row is about.
const PERSON: &[Column] = &[
    ("personId", "/person/personId", Text),
    ("given", "/person/demographics/names/given", Text),
    ("family", "/person/demographics/names/family", Text),
    ("dateOfBirth", "/person/demographics/dateOfBirth", Text),
    ("sex", "/person/demographics/sex", Text),
    ("ethnicity", "/person/demographics/ethnicity", Text),
    ("nhsNumber", IDENTIFIERS, Identifier("nhs_number")),
    ("prisonerNumber", IDENTIFIERS, Identifier("prisoner_number")),
    ("pnc", IDENTIFIERS, Identifier("pnc")),
    ("cro", IDENTIFIERS, Identifier("cro")),
    ("crn", IDENTIFIERS, Identifier("crn")),
    ("area", "/person/residence/area", Text),
    ("noFixedAbode", "/person/residence/noFixedAbode", Flag),
    ("postcode", "/person/residence/postcode", Text),
    ("address", "/person/residence/address", Text),
];
/// What every referral says.
const REFERRAL: &[Column] = &[
    ("reference", "/reference", Text),
    ("occurred", "/occurred", Text),
    ("note", "/note", Text),
    ("source", "/source", Text),
    ("toService", "/toService", Text),
    ("fromService", "/fromService", Text),
    ("substances", "/substances", Codes),
];
const EPISODE: &[Column] = &[
    ("accepted", "/accepted", Text),
    ("triaged", "/triaged", Text),
    ("outcome", "/outcome", Text),
    ("intervention", "/interventions/0/intervention", Text),
    ("setting", "/interventions/0/setting", Text),
    ("withinCarePlan", "/interventions/0/withinCarePlan", Flag),
    ("started", "/interventions/0/started", Text),
    ("ended", "/interventions/0/ended", Text),
    ("interventionExit", "/interventions/0/exit", Text),
    ("exited", "/exit/on", Text),
    ("exitReason", "/exit/reason", Text),
    ("openInterventionsExit", "/exit/interventionExit", Text),
    ("exitOpiateDays", "/exit/profile/opiateDays", Number),
    ("exitCrackDays", "/exit/profile/crackDays", Number),
];
const MOVEMENT: &[Column] = &[
    ("reference", "/reference", Text),
    ("prisonerNumber", "/prisonerNumber", Text),
    ("occurred", "/occurred", Text),
    ("note", "/note", Text),
    ("movementType", "/movement/movementType", Text),
    ("reasonCode", "/movement/reasonCode", Text),
    ("direction", "/movement/direction", Text),
    ("prison", "/movement/prison", Text),
    ("toPrison", "/movement/toPrison", Text),
    ("area", "/movement/area", Text),
    ("noFixedAbode", "/movement/noFixedAbode", Flag),
    ("referralOnRelease", "/movement/referralOnRelease", Text),
];

fn known(kind: Kind) -> impl Iterator<Item = &'static Column> {
    let parts: [&[Column]; 3] = match kind {
        Kind::Referrals => [REFERRAL, PERSON, &[]],
        Kind::CustodyMovements => [MOVEMENT, &[], &[]],
        Kind::Episodes => [REFERRAL, PERSON, EPISODE],
    };
    parts.into_iter().flatten()
}

/// The columns that a kind of import may have, in the order in which they are documented.
pub fn names(kind: Kind) -> impl Iterator<Item = &'static str> {
    known(kind).map(|(name, ..)| *name)
}

/// The columns of a file.
#[derive(Clone, Debug)]
pub struct Columns(Vec<&'static Column>);

impl Columns {
    /// From the line of headings.
    ///
    /// # Errors
    /// With every heading that is none, or stands twice.
    pub fn of(kind: Kind, headings: &ByteRecord) -> Result<Self, Problem> {
        let mut columns: Vec<&Column> = Vec::new();
        let mut faults = Vec::new();
        for heading in headings {
            let heading = String::from_utf8_lossy(heading);
            let heading = heading.trim();
            let at = format!("/{}", escaped(heading));
            match known(kind).find(|(name, ..)| *name == heading) {
                Some(found) if columns.contains(&found) => {
                    faults.push(Fault::new(
                        at,
                        "repeated_field",
                        "This column stands there twice.",
                    ));
                }
                Some(found) => columns.push(found),
                None => {
                    let all: Vec<_> = names(kind).collect();
                    let detail = format!("There is no such column. The columns are {}.", all.join(", "));
                    faults.push(Fault::new(at, "unknown_field", detail));
                }
            }
        }
        match faults.is_empty() {
            true => Ok(Self(columns)),
            false => Err(Problem::new(ProblemKind::ValidationFailed).faults(faults)),
        }
    }

    /// A row as the body that it stands for. An empty cell is an absent field.
    ///
    /// # Errors
    /// What cannot stand in a cell, and rows that are longer than the headings.
    pub fn object(&self, record: &ByteRecord) -> Result<Map<String, Value>, Vec<Fault>> {
        let mut faults = Vec::new();
        if record.len() > self.0.len() {
            faults.push(Fault::new(
                "",
                "wrong_length",
                "The row has more cells than there are headings.",
            ));
        }
        let mut body = Value::Object(Map::new());
        for (cell, (_, pointer, kind)) in record.iter().zip(&self.0) {
            let Ok(text) = std::str::from_utf8(cell) else {
                faults.push(Fault::new(*pointer, "odd_character", "The cell is not UTF-8."));
                continue;
            };
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            match value(*kind, text) {
                Ok(value) => put(&mut body, pointer, value),
                Err(detail) => faults.push(Fault::new(*pointer, "wrong_type", detail)),
            }
        }
        match body {
            Value::Object(fields) if faults.is_empty() => Ok(fields),
            _ => Err(faults),
        }
    }

    /// The column in which a fault is, where it is in one alone.
    pub fn column(&self, pointer: &str, fields: &Map<String, Value>) -> Option<&'static str> {
        let identifier = pointer.strip_prefix(IDENTIFIERS).and_then(|rest| {
            let at: usize = rest.split('/').nth(1)?.parse().ok()?;
            fields
                .get("person")?
                .get("identifiers")?
                .get(at)?
                .get("kind")?
                .as_str()
        });
        let mut columns = self.0.iter();
        let found = columns.find(|(_, at, cell)| match (cell, identifier) {
            (Identifier(kind), Some(identifier)) => *kind == identifier,
            (Codes, _) => {
                pointer == *at || pointer.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'))
            }
            _ => pointer == *at,
        });
        found.map(|(name, ..)| *name)
    }
}

fn value(kind: Cell, text: &str) -> Result<Value, &'static str> {
    Ok(match kind {
        Text => json!(text),
        Flag => match text.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" | "y" => json!(true),
            "no" | "false" | "0" | "n" => json!(false),
            _ => return Err("Expected yes or no."),
        },
        Number => json!(text.parse::<u32>().map_err(|_| "Expected a whole number.")?),
        Codes => text
            .split(';')
            .map(str::trim)
            .filter(|code| !code.is_empty())
            .collect(),
        Identifier(kind) => json!({ "kind": kind, "value": text }),
    })
}

/// Puts a value where a pointer says; an identifier is added to the others.
fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for step in pointer.split('/').skip(1) {
        place = match step {
            "0" => {
                if place.is_null() {
                    *place = json!([null]);
                }
                &mut place[0]
            }
            step => &mut place[step],
        };
    }
    if pointer == IDENTIFIERS {
        match place.as_array_mut() {
            Some(others) => others.push(value),
            None => *place = json!([value]),
        }
    } else {
        *place = value;
    }
}
