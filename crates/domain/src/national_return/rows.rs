//! Rows of one person, as they would be sent.

use super::told::{Course, Subject, Value};
use super::{Field, From, Level, Month, RowFault, Set, Unconsented, Version, check};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::ServiceKind;
use crate::id::PersonId;
use crate::reference::{ReferenceData, is_structured};
use crate::sharing::{Reason, national_statistics};
use crate::state::{Episode, PersonState};
use jiff::civil::Date;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How dates are written. Source: known of the field.
const DATE: &str = "%d/%m/%Y";

/// What a return is asked for.
pub struct Asked<'a> {
    /// Whose.
    pub organisation: &'a OrganisationCode,
    /// Of which month: what was true on its last day.
    pub month: Month,
    /// The day on which it is made: consent is judged by it (`cases.md` S1).
    pub made_on: Date,
    /// By which version.
    pub version: &'static Version,
    /// National codes of services; a service without one is sent under its own code.
    pub agencies: &'a BTreeMap<ServiceCode, String>,
    /// The code lists.
    pub reference: &'a ReferenceData,
    /// The reference under which a thing of a kind is sent: it says nothing of the id without the key.
    pub refer: &'a (dyn Fn(&str, &Uuid) -> String + Sync),
}

/// Why nothing is told of somebody, or of one of their episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Left {
    /// By the person's own word, or because nobody asked.
    NotConsented(Reason),
    /// Of a kind of service that neither set has.
    NoSet,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnRow {
    /// Of which set.
    pub set: Set,
    /// Of what it tells.
    pub level: Level,
    /// The reference of what it tells, unique among all rows of an organisation.
    pub reference: String,
    /// What stands in the columns of its set.
    pub cells: Vec<String>,
    /// The same as the record says it, by which it is checked.
    pub(super) values: Vec<Option<Value>>,
}

impl ReturnRow {
    pub(super) fn place(fields: &[&Field], from: From) -> Option<usize> {
        fields.iter().position(|field| field.from == from)
    }
}

/// The rows of one episode, which are sent together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The episode; `None` for the stub of somebody who said no.
    pub episode: Option<Uuid>,
    /// Its own row first.
    pub rows: Vec<ReturnRow>,
    /// What is wrong with them.
    pub faults: Vec<RowFault>,
}

impl Part {
    /// Whether nothing stands against sending it.
    pub fn may_leave(&self) -> bool {
        self.faults.iter().all(|fault| !fault.rule.rejects())
    }
}

/// What is told of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Episode after episode.
    pub parts: Vec<Part>,
    /// What is not told, and why: once for the person, or once for each episode.
    pub left: Vec<Left>,
}

/// The record as it is known now, and the part of it that was true at the end of the month.
#[derive(Clone, Copy, Debug)]
pub struct TellsOf<'a> {
    /// Whose: the surviving record, when several were joined.
    pub person: PersonId,
    /// Everything: by it consent is judged, and who the person is.
    pub now: &'a PersonState,
    /// What was true on the last day of the month.
    pub then: &'a PersonState,
}

/// The rows of a person that an organisation answers for. An episode whose contract moved is told by who has it now.
pub fn lines_of(of: TellsOf<'_>, asked: &Asked<'_>) -> Lines {
    let mut lines = Lines::default();
    let own =
        of.then.episodes.iter().filter(|episode| {
            of.then.responsible(&episode.service, &episode.organisation) == asked.organisation
        });
    let mut told: Vec<(Set, &Episode)> = Vec::new();
    for episode in own {
        match set_of(episode.kind) {
            Some(set) => told.push((set, episode)),
            None => lines.left.push(Left::NoSet),
        }
    }
    if told.is_empty() {
        return lines;
    }
    let consent = national_statistics(of.now, asked.made_on);
    if !consent.included {
        let reason = consent
            .grounds
            .first()
            .map_or(Reason::NeverAsked, |one| one.reason);
        lines.left.push(Left::NotConsented(reason));
        // Who objected, whose record is restricted and who was never asked did not say no to being counted as a stub.
        let said_no = matches!(reason, Reason::Refused | Reason::Withdrawn);
        if said_no && asked.version.unconsented == Unconsented::Stub {
            let mut stubs: Vec<(Set, &ServiceCode)> = told
                .iter()
                .map(|(set, episode)| (*set, of.then.provider(&episode.service)))
                .collect();
            stubs.sort();
            stubs.dedup();
            for (set, service) in stubs {
                lines.parts.push(stub(of, set, service, asked));
            }
        }
        return lines;
    }
    for (set, episode) in told {
        lines.parts.push(of_episode(of, set, episode, asked));
    }
    lines
}

/// The set to which a service's episodes go. Young people's services have a set of their own; until it is mapped, those
/// of 18 and over go with the adults', and the others are listed as what would be rejected.
fn set_of(kind: ServiceKind) -> Option<Set> {
    match kind {
        ServiceKind::Prison => Some(Set::Secure),
        kind if kind.treats_in_community() => Some(Set::Community),
        _ => None,
    }
}

fn agency<'a>(service: &'a ServiceCode, asked: &'a Asked<'_>) -> &'a str {
    asked
        .agencies
        .get(service)
        .map_or(service.as_str(), String::as_str)
}

fn stub(of: TellsOf<'_>, set: Set, service: &ServiceCode, asked: &Asked<'_>) -> Part {
    let fields = asked.version.fields(set);
    let subject = Subject {
        person: of.person,
        identity: &of.now.identity,
        state: of.then,
        consents: false,
        agency: agency(service, asked),
        episode: None,
        course: None,
        review: None,
        profile: None,
    };
    let values = fields
        .iter()
        .map(|field| match field.from {
            From::Agency | From::ClientId | From::Consent => subject.value(field, asked),
            _ => None,
        })
        .collect();
    let reference = format!("{}-{}", (asked.refer)("client", &of.person.0), service.as_str());
    let row = written(&fields, set, Level::Client, reference, values, asked).0;
    let mut part = Part {
        episode: None,
        faults: Vec::new(),
        rows: vec![row],
    };
    part.faults = check(&part.rows, &fields, asked);
    part
}

fn of_episode(of: TellsOf<'_>, set: Set, episode: &Episode, asked: &Asked<'_>) -> Part {
    let fields = asked.version.fields(set);
    let service = of.then.provider(&episode.service);
    let whole = Subject {
        person: of.person,
        identity: &of.now.identity,
        state: of.then,
        consents: true,
        agency: agency(service, asked),
        episode: Some(episode),
        course: None,
        review: None,
        profile: None,
    };
    let mut subjects = vec![(Level::Episode, (asked.refer)("episode", &episode.id.0), whole)];
    for course in courses(episode, asked) {
        let Some(id) = course
            .started
            .map(|one| one.id)
            .or(course.referred.map(|one| one.id))
        else {
            continue;
        };
        let within = Subject {
            course: Some(course),
            ..whole
        };
        subjects.push((Level::Intervention, (asked.refer)("intervention", &id.0), within));
        for review in course.started.iter().flat_map(|one| &one.reviews) {
            let review_id = (asked.refer)("review", &review.at.by.0);
            let reviewed = Subject {
                review: Some(review),
                ..within
            };
            subjects.push((Level::Review, review_id, reviewed));
        }
    }
    if set == Set::Community {
        for profile in &episode.profiles {
            let id = (asked.refer)("profile", &profile.at.by.0);
            let taken = Subject {
                profile: Some(profile),
                ..whole
            };
            subjects.push((Level::Profile, id, taken));
        }
    }
    let mut part = Part {
        episode: Some(episode.id.0),
        rows: Vec::with_capacity(subjects.len()),
        faults: Vec::new(),
    };
    let mut without_code = Vec::new();
    for (level, reference, subject) in subjects {
        let values = fields
            .iter()
            .map(|field| {
                let tells = level.tells(field.level);
                tells.then(|| subject.value(field, asked)).flatten()
            })
            .collect();
        let (row, missing) = written(&fields, set, level, reference, values, asked);
        let number = part.rows.len();
        without_code.extend(missing.into_iter().map(|field| (number, field)));
        part.rows.push(row);
    }
    part.faults = check(&part.rows, &fields, asked);
    // What is repeated on each row is told of once.
    let mut told: Vec<&str> = Vec::new();
    for (row, field) in without_code {
        if !told.contains(&field) {
            told.push(field);
            part.faults.push(RowFault::no_national_code(row, field));
        }
    }
    part
}

/// Structured interventions: those asked for, whether they began or not, and those that began without it.
fn courses<'a>(episode: &'a Episode, asked: &Asked<'_>) -> Vec<Course<'a>> {
    let planned = !episode.care_plans.is_empty();
    let structured = |code: &Code| is_structured(asked.reference, code.as_str(), planned);
    let mut courses: Vec<Course<'a>> = episode
        .interventions
        .iter()
        .filter(|one| one.structured)
        .map(|one| Course {
            referred: episode.referred.iter().find(|referred| referred.id == one.id),
            started: Some(one),
        })
        .collect();
    let waiting = episode.referred.iter().filter(|one| one.started.is_none());
    courses.extend(waiting.filter(|one| structured(&one.code)).map(|one| Course {
        referred: Some(one),
        started: None,
    }));
    courses
}

/// A row in the words of the data set, with the fields for whose value it has no code.
fn written<'f>(
    fields: &[&'f Field],
    set: Set,
    level: Level,
    reference: String,
    values: Vec<Option<Value>>,
    asked: &Asked<'_>,
) -> (ReturnRow, Vec<&'f str>) {
    let mut without_code = Vec::new();
    let cells = fields
        .iter()
        .zip(&values)
        .map(|(field, value)| match value {
            None => asked.version.empty.clone(),
            Some(value) => cell(field, value, asked.reference).unwrap_or_else(|| {
                without_code.push(field.name.as_str());
                asked.version.empty.clone()
            }),
        })
        .collect();
    let row = ReturnRow {
        set,
        level,
        reference,
        cells,
        values,
    };
    (row, without_code)
}

/// `None` where the list has no national code for the value.
fn cell(field: &Field, value: &Value, reference: &ReferenceData) -> Option<String> {
    Some(match (value, &field.codes) {
        (Value::Code(code), Some((list, attribute))) => {
            let entry = reference.list(list)?.ever(code)?;
            entry.attribute(attribute)?.to_owned()
        }
        (Value::Code(text) | Value::Text(text), _) => text.clone(),
        (Value::Day(day), _) => day.strftime(DATE).to_string(),
        (Value::Number(number), _) => number.to_string(),
        (Value::Flag(true), _) => "Y".to_owned(),
        (Value::Flag(false), _) => "N".to_owned(),
    })
}
