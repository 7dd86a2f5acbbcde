//! `GET /v1/reference-data/{set}`: the codes of one list.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::api::wire::DateWire;
use crate::lists::{CursorScope, Pagination, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use throughcare_domain::reference::{CodeList, Entry};
use utoipa::{IntoParams, ToSchema};

/// Which codes.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CodesQuery {
    /// Only codes in force on this day.
    pub on_date: Option<DateWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Codes a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeEntry {
    /// The code.
    pub code: String,
    /// What it means.
    pub label: String,
    /// `current`, or `legacy`: kept so that old records stay readable.
    pub status: String,
    /// `national`, or `local`: it means nothing outside this system.
    pub origin: String,
    /// First day in force; absent when it always was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<DateWire>,
    /// Last day in force; absent while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<DateWire>,
    /// What else the list says of it.
    pub attributes: BTreeMap<String, String>,
}

impl From<&Entry> for CodeEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            code: entry.code.to_string(),
            label: entry.label.clone(),
            status: entry.status.as_str().to_owned(),
            origin: entry.origin.as_str().to_owned(),
            valid_from: entry.valid_from.map(DateWire),
            valid_to: entry.valid_to.map(DateWire),
            attributes: entry.attributes.clone(),
        }
    }
}

/// A page of a code list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodesPage {
    /// The list.
    pub set: String,
    /// Its version. A cursor is good for one version.
    pub version: String,
    /// The codes, in the order in which people should see them.
    pub data: Vec<CodeEntry>,
    /// How to go on.
    pub pagination: Pagination,
}

/// Codes of a list
///
/// A code whose meaning changed stands there once for each period. `status` says whether it may still be chosen.
#[utoipa::path(
    get, path = "/v1/reference-data/{set}", tag = "Reference data",
    params(("set" = String, Path, description = "Name of the list", example = "referral-sources"), CodesQuery),
    responses((status = 200, description = "The codes", body = CodesPage), ReadRefused)
)]
pub async fn codes_of_set(
    State(state): State<ApiState>,
    _asking: Asking,
    Path(set): Path<String>,
    ValidQuery(query): ValidQuery<CodesQuery>,
) -> Result<Json<CodesPage>, Problem> {
    let reference = state.app.reference().await;
    let list = reference
        .list(&set)
        .ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let day = query.on_date.map(|date| date.0.to_string()).unwrap_or_default();
    let scope = state
        .cursors
        .scope("/v1/reference-data", &[list.name(), list.version(), &day]);
    Ok(Json(page(list, &query, &scope)?))
}

fn page(list: &CodeList, query: &CodesQuery, scope: &CursorScope) -> Result<CodesPage, Problem> {
    let from = match query.cursor.as_deref() {
        None => 0,
        Some(cursor) => scope
            .read(cursor)?
            .parse()
            .map_err(|_| Problem::new(ProblemKind::CursorInvalid))?,
    };
    let size = per_page(query.per_page);
    let wanted = |entry: &&Entry| query.on_date.is_none_or(|day| entry.in_force(day.0));
    let mut rest = list.entries().iter().filter(wanted).skip(from);
    let data: Vec<CodeEntry> = rest.by_ref().take(size as usize).map(CodeEntry::from).collect();
    let has_more = rest.next().is_some();
    let next_cursor = has_more.then(|| scope.write(&(from + data.len()).to_string()));
    Ok(CodesPage {
        set: list.name().to_owned(),
        version: list.version().to_owned(),
        data,
        pagination: Pagination {
            next_cursor,
            has_more,
            per_page: size,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::CursorKey;
    use jiff::civil::date;

    const LIST: &str = "code,label,status,origin,valid_from,valid_to,colour
a,Old,legacy,national,,2019-03-31,
a,New,current,national,2019-04-01,,red
b,Other,current,local,,,
";

    fn read(on_date: Option<DateWire>, cursor: Option<String>, size: u32) -> CodesPage {
        let list = CodeList::from_csv("things", "1", LIST).unwrap();
        let scope = CursorKey::new(&[7; 32]).scope("/v1/reference-data", &["things"]);
        page(
            &list,
            &CodesQuery {
                on_date,
                cursor,
                per_page: Some(size),
            },
            &scope,
        )
        .unwrap()
    }

    fn labels(page: &CodesPage) -> Vec<&str> {
        page.data.iter().map(|code| code.label.as_str()).collect()
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        let first = read(None, None, 2);
        assert_eq!(labels(&first), ["Old", "New"]);
        let second = read(None, first.pagination.next_cursor, 2);
        assert_eq!(labels(&second), ["Other"]);
        assert!(!second.pagination.has_more && second.pagination.next_cursor.is_none());
    }

    #[test]
    fn a_day_shows_what_was_in_force() {
        assert_eq!(
            labels(&read(Some(DateWire(date(2019, 3, 31))), None, 10)),
            ["Old", "Other"]
        );
        assert_eq!(
            labels(&read(Some(DateWire(date(2019, 4, 1))), None, 10)),
            ["New", "Other"]
        );
    }
}
