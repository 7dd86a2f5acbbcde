//! `GET /v1/possible-matches`: records that might be one person's and that no organisation sees both of.

use super::possible_matches::{MatchesQuery, place};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::people::ComparedShown;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::lists::{Page, Pagination, per_page};
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use throughcare_app::query::{UnseenPair, UnseenRecord};
use utoipa::ToSchema;
use uuid::Uuid;

/// One of two records, and whom to tell.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnseenRecordShown {
    /// The record.
    pub person_id: Uuid,
    /// The organisations that see all of it; those that recorded something in it, where none does.
    #[schema(example = json!(["northshire-recovery"]))]
    pub kept_by: Vec<String>,
}

impl From<&UnseenRecord> for UnseenRecordShown {
    fn from(record: &UnseenRecord) -> Self {
        Self {
            person_id: record.person.0,
            kept_by: record.kept_by.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Two records that might be one person's, without names.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnseenMatchLine {
    /// The one.
    pub one: UnseenRecordShown,
    /// The other.
    pub other: UnseenRecordShown,
    /// `certain` where a strong identifier is the same and nothing contradicts it, else `possible`.
    pub verdict: String,
    /// The sum of the points.
    pub points: i32,
    /// Field by field, without any value.
    pub compared: Vec<ComparedShown>,
}

impl From<&UnseenPair> for UnseenMatchLine {
    fn from(pair: &UnseenPair) -> Self {
        Self {
            one: (&pair.one).into(),
            other: (&pair.other).into(),
            verdict: pair.score.verdict.as_str().to_owned(),
            points: pair.score.points,
            compared: pair.score.compared.iter().map(Into::into).collect(),
        }
    }
}

/// Records that might be one person's and that no organisation sees both of
///
/// For auditors, without names: tell those who keep the two. One gives the other sight by a sharing agreement
/// (`POST /v1/people/{id}/sharing-agreements`); then the pair stands on that organisation's list, where it is decided,
/// and here no more. The likeliest first; a page may hold fewer lines than asked for.
#[utoipa::path(
    get, path = "/v1/possible-matches", tag = "Worklists", params(MatchesQuery),
    responses(
        (status = 200, description = "A page of pairs", body = Page<UnseenMatchLine>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn unseen_matches(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<MatchesQuery>,
) -> Result<Response, Problem> {
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope("/v1/possible-matches", &[organisation]);
    let after = place(&scope, query.cursor.as_deref())?;
    let size = per_page(query.per_page);
    let page = state
        .app
        .unseen_matches(&asking.caller, after, size)
        .await
        .map_err(problem)?;
    let body = Page {
        data: page.pairs.iter().map(UnseenMatchLine::from).collect(),
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
