//! `GET /v1/services/{service}/possible-matches`: records that might be one person's.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::people::PossibleMatchShown;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown, who};
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{CursorScope, Page, Pagination, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{MatchPlace, PossiblePair};
use throughcare_domain::code::ServiceCode;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

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
/// not told of. The likeliest first; a page may hold fewer lines than asked for.
#[utoipa::path(
    get, path = "/v1/services/{service}/possible-matches", tag = "Worklists",
    params(("service" = String, Path, description = "Code of the service"), MatchesQuery),
    responses(
        (status = 200, description = "A page of pairs", body = Page<MatchLine>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn possible_matches_of(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<MatchesQuery>,
) -> Result<Response, Problem> {
    let code = ServiceCode::parse(&service).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    let organisation = asking.caller.organisation().as_str();
    let scope = state
        .cursors
        .scope("/v1/services/possible-matches", &[organisation, &service]);
    let after = place(&scope, query.cursor.as_deref())?;
    let size = per_page(query.per_page);
    let page = state
        .app
        .possible_matches_of(&asking.caller, &code, after, size)
        .await
        .map_err(problem)?;
    let body = Page {
        data: page.pairs.iter().map(MatchLine::from).collect(),
        pagination: Pagination {
            has_more: page.next.is_some(),
            next_cursor: page
                .next
                .map(|at| scope.write(&format!("{}|{}|{}", at.points, at.one, at.other))),
            per_page: size,
        },
    };
    Ok(shown(body, page.position))
}

/// Reads the pair after which the page begins.
fn place(scope: &CursorScope, cursor: Option<&str>) -> Result<Option<MatchPlace>, Problem> {
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
