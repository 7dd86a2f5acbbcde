//! `GET /v1/people/{id}/knowledge-changes`: what was learnt of somebody between two times, and what it changed.

use super::timeline::TimelineLine;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::times::{KnownWire, times};
use crate::path::IdPath;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use throughcare_app::query::KnownBetween;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::explain::{Caused, known_between, recorded_between, values};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::view::timeline::timeline;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Most events recorded between the two times: after each of them every value is worked out again.
pub const MOST_LEARNT: usize = 1_000;

/// Between which times, and of which day.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KnowledgeQuery {
    /// What was known first: at the end of a date, at an instant, or at a log position.
    #[param(inline)]
    pub known_from: KnownWire,
    /// What was known then. Now, when absent.
    #[param(inline)]
    pub known_to: Option<KnownWire>,
    /// As it was true then: at the end of a date, or at an instant. Now, when absent.
    pub as_of: Option<WhenWire>,
}

/// What was learnt of somebody between two times.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnowledgeChanges {
    /// The person.
    pub person_id: Uuid,
    /// The day that the values are about.
    pub as_of: Date,
    /// The log position of the first time; that of the second stands in X-Log-Position.
    pub known_from: u64,
    /// False when nothing was known of the person at the first time that you may see.
    pub known_before: bool,
    /// The values that are other ones by what was learnt, in order of their names.
    pub changes: Vec<ValueChanged>,
    /// What was recorded between the two times and had happened by the day, in the order in which it happened.
    pub learnt: Vec<LearntEvent>,
}

/// A value that is another one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValueChanged {
    /// Which value, as with `explain=true`.
    pub value: String,
    /// What it was; absent when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is; absent when it is no longer there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The events after which it was another one, in the order in which they were recorded. None where it is something that
    /// you may not see.
    pub because: Vec<Uuid>,
}

impl From<Caused> for ValueChanged {
    fn from(one: Caused) -> Self {
        Self {
            value: one.changed.name,
            before: one.changed.before,
            after: one.changed.after,
            because: one.because.iter().map(|event| event.0).collect(),
        }
    }
}

/// An event that became known between the two times.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LearntEvent {
    /// The event, as the timeline shows it.
    pub event: TimelineLine,
    /// Its place in the log.
    pub position: u64,
    /// True when it was recorded on a later day than that on which it happened.
    pub late: bool,
    /// Whole days between the two, in London's civil days.
    pub delay_days: i32,
    /// Whole hours between the two, where the hour was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_hours: Option<i64>,
}

/// Some events as they were learnt, in the order in which they happened.
pub fn learnt(
    between: &KnownBetween,
    reference: &ReferenceData,
    directory: &Directory,
    wanted: impl Fn(EventId) -> bool,
) -> Vec<LearntEvent> {
    let history = between.after.history.as_ref();
    let before = between.history_before();
    let new: HashMap<EventId, &RecordedEvent> = recorded_between(&before, history)
        .map(|event| (event.envelope.id, event))
        .collect();
    let entries = timeline(history, reference, directory).into_iter();
    entries
        .filter(|entry| wanted(entry.event))
        .filter_map(|entry| {
            let envelope = &new.get(&entry.event)?.envelope;
            let happened = envelope.occurred.instant();
            Some(LearntEvent {
                position: envelope.position,
                late: entry.days_late > 0,
                delay_days: entry.days_late,
                delay_hours: happened.map(|at| envelope.recorded_at.duration_since(at).as_hours().max(0)),
                event: entry.into(),
            })
        })
        .collect()
}

/// What was learnt of somebody between two times, and what it changed
///
/// Every value of the pathway (and of residence, needs, duties, naloxone and the use of data) that is another one by what
/// became known between `knownFrom` and `knownTo`, with the events that made it so; each says how late it was recorded.
/// Both times are asked about one day (`asOf`): so what a worker could have known on the day of a release is what
/// differs between that day and now, seen from that day.
#[utoipa::path(
    get, path = "/v1/people/{id}/knowledge-changes", tag = "People",
    params(("id" = Uuid, Path, description = "The person"), KnowledgeQuery),
    responses(
        (status = 200, description = "What was learnt", body = KnowledgeChanges,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn knowledge_changes(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidQuery(query): ValidQuery<KnowledgeQuery>,
) -> Result<Response, Problem> {
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    let from = times(None, Some(query.known_from)).known_at;
    let times = times(query.as_of, query.known_to);
    let Some(from) = from else {
        return Err(Problem::new(ProblemKind::ValidationFailed));
    };
    let between = state
        .app
        .known_between(&asking.caller, PersonId(id), times.as_of, from, times.known_at)
        .await
        .map_err(problem)?;
    in_order(between.from, between.to)?;
    let (before, after) = (between.history_before(), between.after.history.as_ref());
    if recorded_between(&before, after).count() > MOST_LEARNT {
        return Err(too_much(
            "More than 1,000 events became known. Ask for a shorter time.",
        ));
    }
    let day = between.after.day;
    let changes = known_between(&before, after, |state| values(state, &directory, day));
    let body = KnowledgeChanges {
        person_id: between.after.person.0,
        as_of: day,
        known_from: between.from,
        known_before: between.before.is_some(),
        changes: changes.into_iter().map(Into::into).collect(),
        learnt: learnt(&between, &reference, &directory, |_| true),
    };
    Ok(shown(body, between.to))
}

/// Refuses two times in the wrong order.
///
/// # Errors
/// `validation_failed`.
pub fn in_order(from: u64, to: u64) -> Result<(), Problem> {
    if from <= to {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
        "/query/knownTo",
        "before_from",
        "This is before knownFrom.",
    )))
}

fn too_much(detail: &'static str) -> Problem {
    Problem::new(ProblemKind::ValidationFailed).fault(Fault::new("/query/knownTo", "too_many_events", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_between_which_times() {
        let query: KnowledgeQuery =
            crate::query::read("knownFrom=2026-03-01&knownTo=42&asOf=2026-03-01").unwrap();
        assert!(matches!(query.known_from, KnownWire::On(_)));
        assert_eq!(query.known_to, Some(KnownWire::Position(42)));
        assert!(
            crate::query::read::<KnowledgeQuery>("knownTo=42").is_err(),
            "from when?"
        );
    }

    #[test]
    fn two_times_in_the_wrong_order_are_refused() {
        assert!(in_order(3, 3).is_ok());
        assert_eq!(in_order(4, 3).unwrap_err().kind(), ProblemKind::ValidationFailed);
    }
}
