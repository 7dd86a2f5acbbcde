//! What a system may ask that was registered for some services of its organisation alone: judged in one place, before
//! any route, so that no handler can forget it.
//!
//! By default it may ask nothing. What it may is said here: where a service is named, its own; where somebody or
//! something of a record is named, in the path or in the body, whom its services treat or were asked to take on; and
//! what shows nobody. Of its organisation it names no other service, in whatever field.
//!
//! Source: issue 5, "Access".

use crate::api::refusal::problem;
use crate::path::parse_uuid;
use crate::problem::{Problem, ProblemKind};
use crate::query::decoded;
use crate::strictness::MAX_BODY_BYTES;
use axum::RequestExt as _;
use axum::body::Body;
use axum::extract::{MatchedPath, RawPathParams, Request};
use axum::http::Method;
use serde_json::Value;
use throughcare_app::{App, AppError, Caller, OnlyServices};
use throughcare_domain::access::Rule;
use uuid::Uuid;

/// Most things of records named in one body.
const MOST_NAMED: usize = 300;

/// What shows nobody, and what is judged by the body alone; a look in an emergency is recorded, alerts and is reviewed,
/// whichever system it is made through: refusing it can kill (`trust.md`, H11).
const OPEN: &[(&str, &str)] = &[
    ("GET", "/v1/services"),
    ("GET", "/v1/services/{service}"),
    ("GET", "/v1/organisations/{organisation}"),
    ("GET", "/v1/log/checkpoint"),
    ("GET", "/v1/log/consistency"),
    ("GET", "/v1/log/keys"),
    ("GET", "/v1/receipt-keys"),
    ("GET", "/v1/indicators"),
    ("GET", "/v1/reference-data"),
    ("GET", "/v1/reference-data/{set}"),
    ("GET", "/v1/reference-data/{set}/versions"),
    ("GET", "/v1/naloxone-recalls"),
    ("GET", "/v1/naloxone-recalls/{id}"),
    ("GET", "/v1/people/{id}/emergency"),
    ("POST", "/v1/break-glass"),
    ("POST", "/v1/people"),
    ("POST", "/v1/people/search"),
    ("POST", "/v1/referrals"),
];
/// What is asked about the service that the query names.
const BY_QUERY: &[&str] = &[
    "/v1/continuity/releases",
    "/v1/continuity/planned-releases",
    "/v1/continuity/summary",
    "/v1/indicators/{indicator}",
    "/v1/indicators/{indicator}/people",
    "/v1/indicators/{indicator}/knowledge-changes",
    "/v1/indicators/{indicator}/trend",
    "/v1/indicators/{indicator}/funnel",
    "/v1/prisons/{prison}/continuity-chart",
    "/v1/spine",
    "/v1/continuity/knowledge-changes",
    "/v1/naloxone-batches/{batch}",
];

/// Judges a request of such a system, and gives it back.
///
/// # Errors
/// `not_found` for whom and what it does not reach; 403 for what it may not ask at all.
pub async fn judged(
    app: &App,
    caller: &Caller,
    only: &OnlyServices,
    mut request: Request,
) -> Result<Request, Problem> {
    let template = request.extensions().get::<MatchedPath>();
    let template = template.map(|path| path.as_str().to_owned()).unwrap_or_default();
    let method = request.method().clone();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let named = request.extract_parts::<RawPathParams>().await;
    let named = named.map_err(|_| Problem::new(ProblemKind::NotFound))?;
    for id in of_address(only, &method, &template, &query, named.iter())? {
        if app.reaches(caller, only, id).await.map_err(problem)? != Some(true) {
            return Err(Problem::new(ProblemKind::NotFound));
        }
    }
    if [Method::GET, Method::HEAD].contains(&method) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(crate::json::unread)?;
    for id in of_body(only, &template, &bytes)? {
        if app.reaches(caller, only, id).await.map_err(problem)? == Some(false) {
            return Err(Problem::new(ProblemKind::NotFound));
        }
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Judges path and query. Gives back what they name of records, each of which the system must reach.
fn of_address<'a>(
    only: &OnlyServices,
    method: &Method,
    template: &str,
    query: &str,
    named: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<Uuid>, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let parameters: Vec<_> = pairs
        .filter_map(|(name, value)| Some((decoded(name)?, decoded(value)?)))
        .collect();
    if parameters.iter().any(|(_, value)| is_sibling(only, value)) {
        return Err(not_found());
    }
    if OPEN.contains(&(method.as_str(), template)) {
        return Ok(Vec::new());
    }
    let mut own = parameters
        .iter()
        .filter(|(name, value)| name == "service" && is_own(only, value));
    let mut is_judged = BY_QUERY.contains(&template) && own.next().is_some();
    let mut ids = Vec::new();
    for (name, value) in named {
        match name {
            "service" if is_own(only, value) => is_judged = true,
            "service" => return Err(not_found()),
            "id" => {
                ids.push(parse_uuid(value).ok_or_else(not_found)?);
                is_judged = true;
            }
            _ => {}
        }
    }
    if is_judged { Ok(ids) } else { Err(refused()) }
}

/// Judges what a body names; what is no JSON is for the route to refuse. Gives back what may be things of records, none
/// of which may be out of reach.
fn of_body(only: &OnlyServices, template: &str, bytes: &[u8]) -> Result<Vec<Uuid>, Problem> {
    let mut named = Vec::new();
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        texts(&value, &mut named);
    }
    if named.iter().any(|text| is_sibling(only, text)) {
        return Err(refused());
    }
    if template == "/v1/break-glass" {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = named.iter().filter_map(|text| parse_uuid(text)).collect();
    if ids.len() > MOST_NAMED {
        return Err(ProblemKind::PayloadTooLarge.into());
    }
    Ok(ids)
}

fn refused() -> Problem {
    problem(AppError::WrongRole(Rule::SystemOfSomeServices.sentence()))
}

/// Every text in a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_sibling(only: &OnlyServices, text: &str) -> bool {
    only.siblings.iter().any(|code| code.as_str() == text)
}

fn is_own(only: &OnlyServices, text: &str) -> bool {
    only.services.iter().any(|code| code.as_str() == text)
}

#[cfg(test)]
mod tests;
