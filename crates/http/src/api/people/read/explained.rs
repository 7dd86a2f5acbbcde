//! Why a person's views say what they say: each value with the events that set it, and these events in words.

use super::timeline::TimelineLine;
use serde::Serialize;
use std::collections::HashSet;
use throughcare_app::query::PersonRead;
use throughcare_domain::directory::Directory;
use throughcare_domain::explain::{Value, values};
use throughcare_domain::id::EventId;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::view::timeline::timeline;
use utoipa::ToSchema;
use uuid::Uuid;

/// Each value with the events that set it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedShown {
    /// The values, in order of their names. Those that time alone changes are left out: days counted, and what is overdue.
    pub values: Vec<ValueExplained>,
    /// Every event that a value names, in the order in which they happened.
    pub events: Vec<TimelineLine>,
}

/// A value and the events that set it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValueExplained {
    /// Which value: a JSON pointer into this answer, such as `/pathway/setting/status`; under `/duties`, `/naloxone` and
    /// `/sharing` into what is read there, with the ids of things.
    pub value: String,
    /// What it is; of a duty, by when it is to be done.
    pub is: String,
    /// The events that set it; none where nothing was told.
    pub set_by: Vec<Uuid>,
}

impl From<Value> for ValueExplained {
    fn from(value: Value) -> Self {
        Self {
            value: value.name,
            is: value.is,
            set_by: value.set_by.iter().map(|event| event.0).collect(),
        }
    }
}

/// The values of a person as they are seen. What the reader may not see was taken out of the history before, so no event
/// stands here that the timeline would not show.
pub fn explained(read: &PersonRead, reference: &ReferenceData, directory: &Directory) -> ExplainedShown {
    explained_under("/", read, reference, directory)
}

/// Those values alone whose names begin so, such as `/duties/`: what is read beside a person's pathway.
pub fn explained_under(
    beginning: &str,
    read: &PersonRead,
    reference: &ReferenceData,
    directory: &Directory,
) -> ExplainedShown {
    let mut values = values(read.state(), directory, read.day);
    values.retain(|value| value.name.starts_with(beginning));
    let named: HashSet<EventId> = values
        .iter()
        .flat_map(|value| value.set_by.iter().copied())
        .collect();
    let events = timeline(&read.history, reference, directory).into_iter();
    ExplainedShown {
        events: events
            .filter(|entry| named.contains(&entry.event))
            .map(Into::into)
            .collect(),
        values: values.into_iter().map(Into::into).collect(),
    }
}
