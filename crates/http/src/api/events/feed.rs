//! `GET /v1/events`: every event that the caller may see, in order of the log.

use super::cloud::{CLOUDEVENTS_BATCH, CloudEventWire};
use super::event::{EventWire, wire};
use super::live::{self, EVENT_STREAM};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::asking::X_LOG_POSITION;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::request_id::RequestIds;
use crate::token;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use throughcare_app::AppError;
use throughcare_app::live::Follow;
use throughcare_app::proving::Tree;
use throughcare_app::query::{FeedQuery, MAX_FEED};
use throughcare_domain::event::Role;
use throughcare_domain::fact::EVENT_TYPES;
use throughcare_domain::stream::StreamKind;
use utoipa::{IntoParams, ToSchema};

/// The media type of one JSON object a line.
const NDJSON: &str = "application/x-ndjson";

/// Which events.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// After this log position: the `nextAfter` of the page before; from the beginning, when absent.
    #[schema(minimum = 0, maximum = 999_999_999_999_999_999_i64)]
    #[param(minimum = 0, maximum = 999_999_999_999_999_999_i64)]
    pub after: Option<u64>,
    /// Events a page; 100 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Only these types, with commas between them, such as `custody.released,custody.received`.
    #[schema(min_items = 1, max_items = 50)]
    #[param(min_items = 1, max_items = 50, style = Form, explode = false)]
    pub types: Option<Vec<String>>,
    /// With the place of each event in the tree, and the checkpoint under which they are proved: for auditors.
    pub proofs: Option<bool>,
}

/// Events in order of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventsPage {
    /// The events.
    pub data: Vec<EventWire>,
    /// Send this as `after` for the next page. It may lie beyond the last event shown, because events that you
    /// may not see are passed over.
    pub next_after: u64,
    /// True when there may be more at once.
    pub has_more: bool,
    /// The end of the log when it was read.
    pub head_position: u64,
    /// With `proofs=true`: the checkpoint under which every event with a `leafIndex` is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// The ordered feed of events
///
/// Auditors see every event; others those of people whom their organisation sees in full, and those that it
/// recorded itself. Coded facts only, no names or identifiers. A page may be empty while `hasMore` says that there
/// is more: go on with `nextAfter`. With `Accept: application/x-ndjson` each line is an event, and with
/// `application/cloudevents-batch+json` the page is a batch of CloudEvents; the next page then stands in the `Link`
/// header with `rel="next"`.
///
/// With `Accept: text/event-stream` the feed goes on as it is recorded: each event with its position as `id`, its type
/// as `event` and its JSON as `data`. Whoever was cut off sends the last id as `Last-Event-ID`, misses nothing and gets
/// nothing twice. A stream ends after 15 minutes, when the token expires, and within five seconds when the membership
/// ends; after 15 seconds without an event comes a line that says so. 100 streams a client.
///
/// With `proofs=true` auditors get with each event its place in the tree (`leafIndex`), where a checkpoint goes so far, and
/// that checkpoint with the page; the proof of each is at `GET /v1/events/{id}/proof`.
#[utoipa::path(
    get, path = "/v1/events", tag = "Events", params(EventsQuery),
    responses(
        (status = 200, description = "A page of events", headers(
            ("X-Log-Position" = u64, description = "The end of the log when it was read"),
            ("Link" = String, description = "The next page, rel=next"),
        ), content(
            (EventsPage = "application/json"), (EventWire = "application/x-ndjson"),
            (Vec<CloudEventWire> = "application/cloudevents-batch+json"), (String = "text/event-stream"),
        )),
        ReadRefused,
    )
)]
pub async fn events(
    State(state): State<ApiState>,
    asking: Asking,
    signed: token::Caller,
    ids: RequestIds,
    headers: HeaderMap,
    ValidQuery(query): ValidQuery<EventsQuery>,
) -> Result<Response, Problem> {
    let types = query.types.unwrap_or_default();
    known(&types)?;
    let proofs = query.proofs == Some(true);
    if proofs {
        state.app.may_read_entries(&asking.caller).map_err(problem)?;
    }
    if accepts(&headers, EVENT_STREAM) {
        let caller = &asking.caller;
        let follow = Follow {
            after: live::last_event_id(&headers)?.or(query.after).unwrap_or(0),
            types,
            route: "GET /v1/events".to_owned(),
            correlation: ids.correlation_uuid(),
            expires: Timestamp::from_second(signed.expires).unwrap_or(Timestamp::MIN),
        };
        let following = state.app.follow(caller, follow).map_err(live::refused)?;
        return Ok(live::stream(
            following,
            caller.organisation().clone(),
            caller.role(),
        ));
    }
    let limit = query.limit.unwrap_or(MAX_FEED);
    let asked = FeedQuery {
        after: query.after.unwrap_or(0),
        limit,
        types: types.clone(),
    };
    let page = state.app.feed(&asking.caller, asked).await.map_err(problem)?;
    let caller = &asking.caller;
    let whole = caller.role() == Role::Auditor;
    let checkpoint = match proofs {
        true => state.app.checkpoint(Tree::Log, None).await.map(Some),
        false => Ok(None),
    };
    let checkpoint = match checkpoint {
        Err(AppError::NotProvedYet) => None,
        other => other.map_err(problem)?,
    };
    let proved = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
    let page = EventsPage {
        data: page
            .events
            .iter()
            .map(|event| {
                let stream = event.envelope.stream;
                let known = whole || stream.kind != StreamKind::Person || page.known.contains(&stream);
                EventWire {
                    leaf_index: (event.envelope.position <= proved).then(|| event.envelope.position - 1),
                    ..wire(event, caller.organisation(), whole, known)
                }
            })
            .collect(),
        next_after: page.next,
        has_more: page.more,
        head_position: page.head,
        checkpoint: checkpoint.map(|checkpoint| checkpoint.note),
    };
    let link = next_link(page.next_after, limit, &types, proofs);
    let mut response = if accepts(&headers, NDJSON) {
        ndjson(&page)
    } else if accepts(&headers, CLOUDEVENTS_BATCH) {
        batch(page)
    } else {
        shown(&page, page.head_position)
    };
    if let Ok(link) = HeaderValue::try_from(link) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Every type must be one of this program's: a misspelt one would silently find nothing.
fn known(types: &[String]) -> Result<(), Problem> {
    let faults = types
        .iter()
        .enumerate()
        .filter(|(_, name)| !EVENT_TYPES.contains(&name.as_str()));
    let faults: Vec<_> = faults
        .map(|(index, _)| {
            let detail = "There is no event type with this name. The types are those in the field type.";
            Fault::new(format!("/query/types/{index}"), "unknown_code", detail)
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::new(ProblemKind::ValidationFailed).faults(faults))
    }
}

fn next_link(after: u64, limit: u32, types: &[String], proofs: bool) -> String {
    let types = if types.is_empty() {
        String::new()
    } else {
        format!("&types={}", types.join(","))
    };
    let proofs = if proofs { "&proofs=true" } else { "" };
    format!("</v1/events?after={after}&limit={limit}{types}{proofs}>; rel=\"next\"")
}

/// True when the client names a form among what it accepts. Whoever accepts anything gets JSON.
fn accepts(headers: &HeaderMap, form: &str) -> bool {
    let values = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|range| {
        let essence = range.split(';').next().unwrap_or("").trim();
        essence.eq_ignore_ascii_case(form)
    })
}

fn batch(page: EventsPage) -> Response {
    let events: Vec<CloudEventWire> = page.data.into_iter().map(CloudEventWire::from).collect();
    let mut response = shown(&events, page.head_position);
    let form = HeaderValue::from_static(CLOUDEVENTS_BATCH);
    response.headers_mut().insert(header::CONTENT_TYPE, form);
    response
}

fn ndjson(page: &EventsPage) -> Response {
    let mut body = String::new();
    for event in &page.data {
        body.push_str(&serde_json::to_string(event).unwrap_or_default());
        body.push('\n');
    }
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON));
    headers.insert(X_LOG_POSITION, HeaderValue::from(page.head_position));
    response
}

#[cfg(test)]
mod tests;
