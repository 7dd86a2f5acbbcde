//! `GET /v1/services/{service}/possible-matches`: records that might be one person's.

use super::csv;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::csv::{csv_of, followed};
use crate::api::people::PossibleMatchShown;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown, who};
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{CursorScope, Page, Pagination, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{MatchPlace, PossiblePair};
use throughcare_domain::code::ServiceCode;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Pairs of one answer as CSV, and of the longest page.
const MOST_PAIRS: u32 = 100;

/// Which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatchesQuery {
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Pairs a page; 50 when absent. A page may hold fewer.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// What a column of the list in CSV is called, and where it stands in a line.
const COLUMNS: &[(&str, &str)] = &[
    ("person_id", "/personId"),
    ("given_names", "/names/given"),
    ("family_name", "/names/family"),
    ("date_of_birth", "/dateOfBirth"),
    ("other_person_id", "/other/personId"),
    ("other_given_names", "/other/names/given"),
    ("other_family_name", "/other/names/family"),
    ("other_date_of_birth", "/other/dateOfBirth"),
    ("verdict", "/other/verdict"),
    ("points", "/other/points"),
    ("compared", "/other/compared"),
];

/// Two records that might be one person's.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchLine {
    /// The one record.
    pub person_id: Uuid,
    /// Its current names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Its date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// The other, and how they compare.
    pub other: PossibleMatchShown,
}

impl From<&PossiblePair> for MatchLine {
    fn from(pair: &PossiblePair) -> Self {
        let (names, date_of_birth) = who(Some(&pair.read.state().identity));
        Self {
            person_id: pair.read.person.0,
            names,
            date_of_birth,
            other: (&pair.other).into(),
        }
    }
}

/// Records that might be one person's
///
/// Pairs of records that you see both, at least one of them a record of the service's: whom it treats or treated, or was
/// asked to take on. Decide by joining them (`POST /v1/people/{id}/merges`) or by saying that they are two people's
/// (`POST /v1/people/{id}/mismatches`); then they are not listed again. Records that you do not see, and sealed ones, are
/// not told of. The likeliest first; a page may hold fewer lines than asked for. With `Accept: text/csv` the answer is CSV,
/// 100 pairs at most, and what follows stands in the `Link` header with `rel="next"`.
#[utoipa::path(
    get, path = "/v1/services/{service}/possible-matches", tag = "Worklists",
    params(("service" = String, Path, description = "Code of the service"), MatchesQuery),
    responses(
        (status = 200, description = "A page of pairs", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
            ("Link" = String, description = "What follows, rel=next; of CSV only"),
        ), content((Page<MatchLine> = "application/json"), (String = "text/csv"))),
        ReadRefused,
    )
)]
pub async fn possible_matches_of(
    State(state): State<ApiState>,
    asking: Asking,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<MatchesQuery>,
) -> Result<Response, Problem> {
    let code = ServiceCode::parse(&service).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    let organisation = asking.caller.organisation().as_str();
    let scope = state
        .cursors
        .scope("/v1/services/possible-matches", &[organisation, &service]);
    let after = place(&scope, query.cursor.as_deref())?;
    let as_csv = csv::wanted(&headers);
    let size = match as_csv {
        true => MOST_PAIRS,
        false => per_page(query.per_page),
    };
    let page = state
        .app
        .possible_matches_of(&asking.caller, &code, after, size)
        .await
        .map_err(problem)?;
    let next = page
        .next
        .map(|at| scope.write(&format!("{}|{}|{}", at.points, at.one, at.other)));
    let data: Vec<MatchLine> = page.pairs.iter().map(MatchLine::from).collect();
    if as_csv {
        let whole = csv_of(COLUMNS, &data, "possible-matches")?;
        return Ok(followed(whole, &uri, next, page.position));
    }
    let body = Page {
        data,
        pagination: Pagination {
            has_more: next.is_some(),
            next_cursor: next,
            per_page: size,
        },
    };
    Ok(shown(body, page.position))
}

/// Reads the pair after which the page begins.
pub(super) fn place(scope: &CursorScope, cursor: Option<&str>) -> Result<Option<MatchPlace>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = scope.read(cursor)?;
    let parts: Vec<_> = place.split('|').collect();
    let read = match parts[..] {
        [points, one, other] => points.parse().ok().zip(one.parse().ok()).zip(other.parse().ok()),
        _ => None,
    };
    read.map(|((points, one), other)| Some(MatchPlace { points, one, other }))
        .ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))
}
