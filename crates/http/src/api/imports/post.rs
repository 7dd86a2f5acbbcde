//! `POST /v1/imports`: many rows at once.

use super::report::{ImportReport, RowReport};
use super::row::{Done, Kind, record, reference};
use super::rows::{Form, Row, read};
use super::together::together;
use crate::api::ApiState;
use crate::api::asking::{Asking, X_LOG_POSITION};
use crate::json::unread;
use crate::problem::{Problem, ProblemBody, ProblemKind};
use crate::query::ValidQuery;
use crate::strictness::MAX_BODY_BYTES;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use throughcare_domain::event::SourceReference;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use utoipa::{IntoParams, ToSchema};

/// Rows of one request that are recorded at once; rows about one person are told in turn.
const AT_ONCE: usize = 16;

/// What is imported, and how.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What the rows are.
    #[param(inline)]
    pub kind: Kind,
    /// The system from which they come: with a row's reference it names the row for good.
    #[schema(min_length = 1, max_length = 60, example = "old-case-system")]
    #[param(min_length = 1, max_length = 60, example = "old-case-system")]
    pub system: String,
    /// Only try the rows: everything is judged, nothing is recorded.
    pub dry_run: Option<bool>,
    /// On which line of its file this part begins, counted from 1; the report counts from there.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    #[param(minimum = 1, maximum = 1_000_000_000)]
    pub first_line: Option<u64>,
}

/// A row with its reference and fields, or what is wrong with it.
struct Taken {
    line: u64,
    reference: Option<String>,
    fields: Result<Map<String, Value>, Problem>,
}

/// Import rows
///
/// Referrals, custody movements or episodes: NDJSON with one body a line, or CSV with headings; at most 1,000 rows and
/// 256 KiB at once (`throughcare import` sends a large file in parts). Each row has a `reference` of its own. It is
/// recorded or refused on its own, and the report says what became of it: line, field and reason. A row that is sent again
/// with the same reference and content records nothing twice, so that an import that was interrupted is sent again
/// as it is. Try it with `dryRun=true` first.
#[utoipa::path(
    post, path = "/v1/imports", tag = "Imports", params(ImportQuery),
    request_body(
        description = "The rows", content((String = "application/x-ndjson"), (String = "text/csv"))
    ),
    responses(
        (status = 200, description = "What became of each row", body = ImportReport, headers(
            ("X-Log-Position" = u64, description = "Position of the last event recorded: send it with a read to wait for it"),
        )),
        (status = "4XX", description = "Nothing was recorded", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Sending the same again is safe", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn import(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    asking.may_write()?;
    let form = form(&headers)?;
    let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await.map_err(unread)?;
    let read = read(&bytes, form, query.kind)?;
    let before = query.first_line.unwrap_or(1) - 1;
    let trial = query.dry_run.unwrap_or(false);
    let taken: Vec<Taken> = read.rows.into_iter().map(|row| taken(row, before)).collect();
    let fields: Vec<_> = taken.iter().map(|row| row.fields.as_ref().ok()).collect();
    let mut done = recorded(&state, &asking, &query, trial, &taken, together(&fields)).await;
    let told = done.iter().flatten().flatten().map(|done| done.position);
    let position = told.max().unwrap_or(0);
    let data = taken.iter().enumerate().map(|(at, row)| {
        let done = match &row.fields {
            Err(problem) => Err(problem.clone()),
            // A task that broke off has not said what became of its rows.
            Ok(_) => done[at]
                .take()
                .unwrap_or_else(|| Err(ProblemKind::OutcomeUnknown.into())),
        };
        let columns = read.columns.as_ref().zip(row.fields.as_ref().ok());
        RowReport::of(row.line, row.reference.clone(), done, columns)
    });
    let mut response = Json(ImportReport::new(trial, data.collect())).into_response();
    if position > 0 {
        response
            .headers_mut()
            .insert(X_LOG_POSITION, HeaderValue::from(position));
    }
    Ok(response)
}

fn taken(row: Row, before: u64) -> Taken {
    let line = row.line + before;
    let invalid = |faults| Problem::new(ProblemKind::ValidationFailed).faults(faults);
    match row.fields {
        Err(faults) => Taken {
            line,
            reference: None,
            fields: Err(invalid(faults)),
        },
        Ok(mut fields) => match reference(&mut fields) {
            Ok(reference) => Taken {
                line,
                reference: Some(reference),
                fields: Ok(fields),
            },
            Err(fault) => Taken {
                line,
                reference: None,
                fields: Err(invalid(vec![fault])),
            },
        },
    }
}

/// Records the rows, some groups at once and the rows of a group in turn.
async fn recorded(
    state: &ApiState,
    asking: &Asking,
    query: &ImportQuery,
    trial: bool,
    taken: &[Taken],
    groups: Vec<Vec<usize>>,
) -> Vec<Option<Result<Done, Problem>>> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for group in groups {
        let rows: Vec<_> = group
            .into_iter()
            .filter_map(|at| {
                let (fields, reference) = (taken[at].fields.as_ref().ok()?, taken[at].reference.clone()?);
                let source = SourceReference {
                    system: query.system.clone(),
                    value: reference,
                };
                Some((at, source, fields.clone()))
            })
            .collect();
        let (app, asking, places, kind) = (state.app.clone(), asking.clone(), places.clone(), query.kind);
        tasks.spawn(async move {
            let _place = places.acquire().await;
            let mut done = Vec::with_capacity(rows.len());
            for (at, source, fields) in rows {
                done.push((at, record(&app, &asking, kind, source, trial, fields).await));
            }
            done
        });
    }
    let mut done: Vec<Option<Result<Done, Problem>>> = taken.iter().map(|_| None).collect();
    while let Some(group) = tasks.join_next().await {
        for (at, outcome) in group.unwrap_or_default() {
            done[at] = Some(outcome);
        }
    }
    done
}

fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let unsupported = || {
        Problem::new(ProblemKind::UnsupportedMediaType)
            .detail("Send the rows as application/x-ndjson or text/csv, without Content-Encoding.")
    };
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(unsupported());
    }
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = media_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/x-ndjson" | "application/ndjson" => Ok(Form::Ndjson),
        "text/csv" => Ok(Form::Csv),
        _ => Err(unsupported()),
    }
}
