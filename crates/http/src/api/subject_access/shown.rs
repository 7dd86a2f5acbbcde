//! A person's own copy, on the wire.

use crate::api::access_log::{LookShown, look_shown};
use crate::api::people::{
    PersonShown, SharingShown, StatusHistoryShown, TimelineLine, person_shown, sharing_shown,
    status_history_shown,
};
use crate::api::wire::ExternalReference;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use throughcare_app::query::SubjectAccessRead;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::continuity::Reading;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Body;
use throughcare_domain::fact::PersonErased;
use throughcare_domain::journey::{Journey, journeys};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::view::status_history::StatusHistory;
use throughcare_domain::view::subject_access::{
    BEFORE_YOU_GIVE_IT, CopyEntry, PURPOSES, RETENTION, RIGHTS, Review,
};
use utoipa::ToSchema;
use uuid::Uuid;

/// A rule, or a reason, in words.
#[derive(Clone, Serialize, ToSchema)]
pub struct SaidShown {
    /// Its stable id.
    pub id: String,
    /// What it says.
    pub says: String,
}

/// An organisation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct OrganisationNamed {
    /// Its code.
    pub organisation: String,
    /// Its name, where the directory has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One thing that was recorded, in words and as it is stored.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopyEntryShown {
    /// In words.
    #[serde(flatten)]
    pub line: TimelineLine,
    /// The organisation that recorded it, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation_name: Option<String>,
    /// What its type says; absent when it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// When this system was told.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Why it was recorded.
    pub purpose: String,
    /// The sender's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ExternalReference>,
    /// Every coded field as it is stored, but for other people: members of staff are numbers, such as `staff-1`, and
    /// the ids of other people's records are zeros. Absent when it was erased.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored: Option<Value>,
    /// Names, identifiers, addresses and free text told with it.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Value>,
    /// What has to be looked at before the copy is handed over.
    pub review: Vec<SaidShown>,
}

/// Episodes of care without a gap of more than 21 days: computed.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneyShown {
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began: Option<Date>,
    /// Its last day; absent while an episode is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Date>,
    /// Its episodes.
    pub episodes: Vec<Uuid>,
}

/// What was erased of the record.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasedShown {
    /// `identity` (names, identifiers, addresses, free text) or `everything`.
    pub what: String,
    /// A code of `erasure-bases`.
    pub basis: String,
    /// When it was asked.
    pub asked_on: Date,
}

/// What is computed from the entries whenever it is asked, and stored nowhere.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComputedShown {
    /// Who the person is and where their care stands.
    pub person: PersonShown,
    /// Every status with its duration.
    pub status_history: StatusHistoryShown,
    /// What stands of consent, objections, restrictions and agreements, and whether the national statistics tell of the
    /// person.
    pub sharing: SharingShown,
    /// Journeys.
    pub journeys: Vec<JourneyShown>,
}

/// Everything that an organisation holds about a person.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubjectAccessShown {
    /// The record: the surviving one, when records were joined.
    pub person_id: Uuid,
    /// The records that are read as one.
    pub records: Vec<Uuid>,
    /// When the copy was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// The organisation that answers.
    pub answered_by: OrganisationNamed,
    /// How much of the record it holds: `whole`, `shared` or `own`.
    pub holds: SaidShown,
    /// What the data are used for.
    pub purposes: Vec<String>,
    /// How long they are kept.
    pub retention: String,
    /// What the person may ask for.
    pub rights: Vec<String>,
    /// What the officer does first. Not for the person's copy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before_you_give_it: Vec<String>,
    /// Everything that was recorded, in the order in which it happened.
    pub entries: Vec<CopyEntryShown>,
    /// How many entries were left out. Not for the person's copy: that there is something can tell what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries_left_out: Option<usize>,
    /// What is computed.
    pub computed: ComputedShown,
    /// Who looked at the record, the last first. Users stand in the access log, for whoever may be told.
    pub looks: Vec<LookShown>,
    /// True when there are more looks than the 10,000 that are named.
    pub more_looks: bool,
    /// Other organisations that were shown something of the record or were given sight of it.
    pub recipients: Vec<OrganisationNamed>,
    /// What was erased.
    pub erased: Vec<ErasedShown>,
}

fn named(code: &str, directory: &Directory) -> OrganisationNamed {
    let known = OrganisationCode::parse(code).ok();
    OrganisationNamed {
        organisation: code.to_owned(),
        name: known
            .and_then(|code| directory.organisation(&code))
            .map(str::to_owned),
    }
}

fn said(review: &Review) -> SaidShown {
    SaidShown {
        id: review.id().to_owned(),
        says: review.sentence().to_owned(),
    }
}

fn entry(entry: CopyEntry, directory: &Directory) -> CopyEntryShown {
    let envelope = entry.event.envelope;
    let stored = match &entry.event.body {
        Body::Fact(fact) => serde_json::to_value(fact).ok(),
        Body::Erased => None,
    };
    let told = entry.event.identity;
    CopyEntryShown {
        organisation_name: directory
            .organisation(&envelope.actor.organisation)
            .map(str::to_owned),
        line: entry.line.into(),
        says: entry.says.map(str::to_owned),
        received_at: envelope.received_at,
        purpose: envelope.purpose,
        source: envelope.source.map(|source| ExternalReference {
            system: source.system,
            value: source.value,
        }),
        stored,
        told: told
            .and_then(|told| serde_json::to_value(told).ok())
            .filter(|told| told.as_object().is_some_and(|fields| !fields.is_empty())),
        review: entry.review.iter().map(said).collect(),
    }
}

fn journey(journey: &Journey<'_>) -> JourneyShown {
    JourneyShown {
        began: journey.began(),
        ended: journey.ended(),
        episodes: journey.episodes.iter().map(|episode| episode.id.0).collect(),
    }
}

fn erased(one: &PersonErased) -> ErasedShown {
    ErasedShown {
        what: one.what.as_str().to_owned(),
        basis: one.basis.to_string(),
        asked_on: one.asked_on,
    }
}

/// The other organisations that were shown something, or were given sight of the record.
fn recipients(read: &SubjectAccessRead, own: &str) -> Vec<OrganisationNamed> {
    let looked = read.looks.iter().map(|look| look.organisation.clone());
    let agreements = read.read.state().sharing.agreements.iter();
    let all: BTreeSet<String> = looked
        .chain(agreements.map(|one| one.with.to_string()))
        .filter(|one| one != own)
        .collect();
    all.iter().map(|one| named(one, &read.directory)).collect()
}

/// The copy as an organisation gives it.
pub fn copy_shown(read: SubjectAccessRead, own: &str, reference: &ReferenceData) -> SubjectAccessShown {
    let (person, directory) = (&read.read, read.directory.clone());
    let history = StatusHistory::of(&person.history, person.day, &Reading::default());
    let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    SubjectAccessShown {
        person_id: person.person.0,
        records: person.records.iter().map(|record| record.0).collect(),
        made_at: read.made_at,
        answered_by: named(own, &directory),
        holds: SaidShown {
            id: read.held.id().to_owned(),
            says: read.held.sentence().to_owned(),
        },
        purposes: texts(PURPOSES),
        retention: RETENTION.to_owned(),
        rights: texts(RIGHTS),
        before_you_give_it: texts(BEFORE_YOU_GIVE_IT),
        entries_left_out: Some(read.copy.left_out),
        computed: ComputedShown {
            person: person_shown(person, false),
            status_history: status_history_shown(&history, person.day),
            sharing: sharing_shown(person, reference),
            journeys: journeys(&person.state().episodes).iter().map(journey).collect(),
        },
        recipients: recipients(&read, own),
        more_looks: read.more_looks,
        erased: read.erased.iter().map(erased).collect(),
        entries: read
            .copy
            .entries
            .into_iter()
            .map(|one| entry(one, &directory))
            .collect(),
        looks: read.looks.into_iter().map(look_shown).collect(),
    }
}
