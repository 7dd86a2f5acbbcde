//! `GET /v1/people/{id}/timeline`: everything that was recorded, in words.

use super::view::{ViewQuery, view};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::times::{KnownWire, times_text};
use crate::api::wire::when;
use crate::lists::{CursorScope, Page, per_page};
use crate::path::{IdPath, parse_uuid};
use crate::preconditions::IfNoneMatch;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use throughcare_domain::event::Origin;
use throughcare_domain::fact::Replaced;
use throughcare_domain::state::Voided;
use throughcare_domain::view::timeline::{TimelineEntry, timeline};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which page, and when.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// What was true by then. Now, when absent.
    pub as_of: Option<WhenWire>,
    /// What was known by then. Now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// One thing that was recorded.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineLine {
    /// The event.
    pub event_id: Uuid,
    /// Its type; absent when it was erased.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// When it was true.
    pub occurred: WhenWire,
    /// When this system knew.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Whole days between the two.
    pub days_late: i32,
    /// What happened, in plain English, without names or identifiers.
    pub sentence: String,
    /// Who recorded it.
    pub organisation: String,
    /// In which role.
    pub role: String,
    /// `staff` or `machine`.
    pub origin: String,
    /// Why it does not fit the rest of the record; empty when it fits.
    pub conflicts: Vec<ConflictShown>,
    /// The correction by which it no longer counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voided: Option<VoidedShown>,
}

/// Why an event no longer counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VoidedShown {
    /// The correction.
    pub event_id: Uuid,
    /// When this system knew of it.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// A code of `correction-reasons`.
    pub reason: String,
    /// What took its place: `no`, `here` or `elsewhere`.
    pub replaced: String,
}

impl From<Voided> for VoidedShown {
    fn from(voided: Voided) -> Self {
        Self {
            event_id: voided.by.by.0,
            recorded_at: voided.by.recorded_at,
            reason: voided.reason.to_string(),
            replaced: match voided.replaced {
                Replaced::No => "no",
                Replaced::Here => "here",
                Replaced::Elsewhere => "elsewhere",
            }
            .to_owned(),
        }
    }
}

/// Why an event does not fit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConflictShown {
    /// Stable code, such as `overlapping_prison_spell`.
    pub code: String,
    /// What is wrong and what to do.
    pub detail: String,
}

impl From<TimelineEntry> for TimelineLine {
    fn from(entry: TimelineEntry) -> Self {
        Self {
            event_id: entry.event.0,
            event_type: entry.event_type.map(str::to_owned),
            occurred: when(entry.occurred),
            recorded_at: entry.recorded_at,
            days_late: entry.days_late,
            sentence: entry.sentence,
            organisation: entry.organisation.to_string(),
            role: entry.role.as_str().to_owned(),
            origin: match entry.origin {
                Origin::Staff => "staff",
                Origin::Machine => "machine",
            }
            .to_owned(),
            conflicts: entry
                .conflicts
                .into_iter()
                .map(|conflict| ConflictShown {
                    code: conflict.code.to_owned(),
                    detail: conflict.detail,
                })
                .collect(),
            voided: entry.voided.map(Into::into),
        }
    }
}

/// Everything that was recorded about a person
///
/// A line for each event, in the order in which things happened, oldest first.
#[utoipa::path(
    get, path = "/v1/people/{id}/timeline", tag = "People",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), TimelineQuery),
    responses(
        (status = 200, description = "A page of the timeline", body = Page<TimelineLine>, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn person_timeline(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<TimelineQuery>,
) -> Result<Response, Problem> {
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    let organisation = asking.caller.organisation().as_str();
    let parts = [
        organisation,
        &id.to_string(),
        &times_text(query.as_of, query.known_at),
    ];
    let scope = state.cursors.scope("/v1/people/timeline", &parts);
    let when = ViewQuery {
        as_of: query.as_of,
        known_at: query.known_at,
    };
    view(&state, &asking, id, when, &has, |read| {
        let entries = timeline(&read.history, &reference, &directory);
        page(entries, query.cursor.as_deref(), per_page(query.per_page), &scope)
    })
    .await
}

/// The page after the event that the cursor names. What is recorded late before it is not shown on later pages;
/// nothing is shown twice.
fn page(
    entries: Vec<TimelineEntry>,
    cursor: Option<&str>,
    size: u32,
    scope: &CursorScope,
) -> Result<Page<TimelineLine>, Problem> {
    let from = match cursor {
        None => 0,
        Some(cursor) => {
            let last = parse_uuid(&scope.read(cursor)?);
            let place = entries.iter().position(|entry| Some(entry.event.0) == last);
            place.ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))? + 1
        }
    };
    let lines = entries
        .into_iter()
        .skip(from)
        .take(size as usize + 1)
        .map(TimelineLine::from)
        .collect();
    Ok(Page::from_surplus(lines, size, |line: &TimelineLine| {
        scope.write(&line.event_id.to_string())
    }))
}

#[cfg(test)]
mod tests;
