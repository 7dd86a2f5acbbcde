//! Who somebody is, on the wire.

use crate::api::wire::{DateWire, IdentifierKindWire, NamesWire};
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::Fact;
use throughcare_domain::state::{IdentityState, PersonState, Residence, order};
use utoipa::ToSchema;
use uuid::Uuid;

/// An identifier on the record.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierShown {
    /// The event that recorded it, by which it can be withdrawn.
    pub recorded_by: Uuid,
    /// Which kind.
    pub kind: IdentifierKindWire,
    /// Its value, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Where somebody lives.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidenceShown {
    /// Upper-tier authority, a code of `areas`; absent while unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// No fixed abode.
    pub no_fixed_abode: bool,
    /// Postcode, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Address, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Since when.
    pub since: Date,
    /// The event that says so, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<Uuid>,
}

/// Who somebody is.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityShown {
    /// Current names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// A code of `sexes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// A code of `ethnicities`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethnicity: Option<String>,
    /// Other names that were told, the last first: aliases, and names of before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<NamesWire>,
    /// Other dates of birth that were told, the last first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_dates_of_birth: Vec<DateWire>,
    /// Identifiers that are not withdrawn.
    pub identifiers: Vec<IdentifierShown>,
    /// The residence known last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residence: Option<ResidenceShown>,
    /// The events that set the values, with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_by: Option<IdentitySetBy>,
}

/// The events that set who somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentitySetBy {
    /// Names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Uuid>,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<Uuid>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Uuid>,
    /// Ethnicity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethnicity: Option<Uuid>,
}

/// Who somebody is; what the reader may not see was taken out of the state before.
pub fn identity(state: &PersonState, events: &[RecordedEvent], explain: bool) -> IdentityShown {
    let known = &state.identity;
    let names = known.names.last();
    IdentityShown {
        names: names.map(|names| NamesWire {
            given: names.given.clone(),
            family: names.family.clone(),
        }),
        date_of_birth: known.date_of_birth.map(DateWire),
        other_names: other_names(known),
        other_dates_of_birth: {
            let others = known.dates_of_birth.iter().rev();
            let others = others.filter(|born| Some(**born) != known.date_of_birth);
            others.map(|born| DateWire(*born)).collect()
        },
        sex: known.sex.as_ref().map(ToString::to_string),
        ethnicity: known.ethnicity.as_ref().map(ToString::to_string),
        identifiers: known
            .current_identifiers()
            .map(|one| IdentifierShown {
                recorded_by: one.recorded.by.0,
                kind: one.kind.into(),
                value: one.value.clone(),
            })
            .collect(),
        residence: known.residences.last().map(|residence| lives(residence, explain)),
        set_by: explain.then(|| IdentitySetBy {
            names: names.map(|names| names.since.by.0),
            ..demographics_set_by(events)
        }),
    }
}

/// Every name but the current one, each once.
fn other_names(known: &IdentityState) -> Vec<NamesWire> {
    let mut seen: Vec<(&Option<String>, &Option<String>)> = Vec::new();
    for names in known.names.iter().rev() {
        let told = (&names.given, &names.family);
        if !seen.contains(&told) {
            seen.push(told);
        }
    }
    let others = seen.into_iter().skip(1);
    others
        .map(|(given, family)| NamesWire {
            given: given.clone(),
            family: family.clone(),
        })
        .collect()
}

fn lives(residence: &Residence, explain: bool) -> ResidenceShown {
    ResidenceShown {
        area: residence.area.as_ref().map(ToString::to_string),
        no_fixed_abode: residence.no_fixed_abode,
        postcode: residence.postcode.clone(),
        address: residence.address.clone(),
        since: residence.since.date(),
        set_by: explain.then_some(residence.since.by.0),
    }
}

/// The last event that told each value, in the order in which the fold takes them.
fn demographics_set_by(events: &[RecordedEvent]) -> IdentitySetBy {
    let mut set_by = IdentitySetBy::default();
    for event in order::in_order(events) {
        // What is told beside what the record says completes it, and changes nothing.
        let beside = matches!(event.fact(), Some(Fact::DemographicsCorrected(f)) if f.alias);
        let (born, sex, ethnicity) = match event.fact() {
            Some(Fact::PersonRegistered(f)) => {
                (f.date_of_birth.is_some(), f.sex.is_some(), f.ethnicity.is_some())
            }
            Some(Fact::DemographicsCorrected(f)) => {
                (f.date_of_birth.is_some(), f.sex.is_some(), f.ethnicity.is_some())
            }
            _ => continue,
        };
        let id = Some(event.envelope.id.0);
        let latest = |told: bool, before: Option<Uuid>| match told && !(beside && before.is_some()) {
            true => id,
            false => before,
        };
        set_by.date_of_birth = latest(born, set_by.date_of_birth);
        set_by.sex = latest(sex, set_by.sex);
        set_by.ethnicity = latest(ethnicity, set_by.ethnicity);
    }
    set_by
}
