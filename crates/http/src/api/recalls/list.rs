//! `GET /v1/naloxone-recalls`: batches called back.

use super::read::RecallShown;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::lists::{Page, per_page};
use crate::path::parse_uuid;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use throughcare_domain::id::RecallId;
use utoipa::{IntoParams, ToSchema};

/// Which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecallsQuery {
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// Batches called back, and how many of their holders were told
///
/// The newest first, those that are over included. For every role.
#[utoipa::path(
    get, path = "/v1/naloxone-recalls", tag = "Naloxone", params(RecallsQuery),
    responses((status = 200, description = "A page of recalls", body = Page<RecallShown>), ReadRefused)
)]
pub async fn recalls(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<RecallsQuery>,
) -> Result<Json<Page<RecallShown>>, Problem> {
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope("/v1/naloxone-recalls", &[organisation]);
    let after = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let id =
                parse_uuid(&scope.read(cursor)?).ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))?;
            Some(RecallId(id))
        }
    };
    let size = per_page(query.per_page);
    asking.wait(&state.app).await?;
    let read = state
        .app
        .recalls(&asking.caller, after, size as usize + 1)
        .await
        .map_err(problem)?;
    let lines = read.into_iter().map(RecallShown::from).collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &RecallShown| {
        scope.write(&last.recall_id.to_string())
    })))
}
