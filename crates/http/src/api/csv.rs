//! Answers as CSV, for a spreadsheet.

use super::asking::X_LOG_POSITION;
use crate::problem::{Problem, ProblemKind};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;

/// Lines of one answer as CSV. More stand behind the `Link` header.
pub const MAX_LINES: u32 = 2_000;

/// The media type.
pub const CSV: &str = "text/csv";

/// True when the client names CSV among what it accepts. Whoever accepts anything gets JSON.
pub fn wanted(headers: &HeaderMap) -> bool {
    let values = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|range| {
        let essence = range.split(';').next().unwrap_or("").trim();
        essence.eq_ignore_ascii_case(CSV)
    })
}

/// Lines of any form as CSV, under the names of these columns.
///
/// # Errors
/// When a line cannot be written: a fault of this program.
pub fn csv_of<T: Serialize>(columns: &[(&str, &str)], lines: &[T], name: &str) -> Result<Response, Problem> {
    let text = written(columns, lines).ok_or_else(|| Problem::new(ProblemKind::Internal))?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
    );
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

pub(super) fn written<T: Serialize>(columns: &[(&str, &str)], lines: &[T]) -> Option<String> {
    let mut writer = ::csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(columns.iter().map(|(name, _)| name)).ok()?;
    for line in lines {
        let line = serde_json::to_value(line).ok()?;
        let cells = columns
            .iter()
            .map(|(_, at)| line.pointer(at).map(cell).unwrap_or_default());
        writer.write_record(cells).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

/// What a cell shows. A text that a spreadsheet would take for a formula is marked as text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        // How a field compared, in a word each.
        Value::Object(fields) if fields.contains_key("finding") => {
            let word = |name| fields.get(name).map(cell).unwrap_or_default();
            format!("{}:{}", word("field"), word("finding"))
        }
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// An answer in CSV, with the address of what follows.
pub fn followed(mut response: Response, uri: &Uri, next: Option<String>, position: u64) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_LOG_POSITION, HeaderValue::from(position));
    if let Some(cursor) = next {
        let others = uri.query().unwrap_or("").split('&');
        let mut query: Vec<_> = others
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
            .collect();
        let cursor = format!("cursor={cursor}");
        query.push(&cursor);
        let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"));
        if let Ok(link) = HeaderValue::try_from(link) {
            headers.insert(header::LINK, link);
        }
    }
    response
}
