//! `GET /v1/log/checkpoint`: how large the log is and what its root is, signed.

use super::{FOR_GOOD, SOON_ANOTHER, TEXT, served};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::proving::Tree;
use utoipa::{IntoParams, ToSchema};

/// Which checkpoint.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckpointQuery {
    /// The one of so many entries; the newest, when absent.
    #[schema(minimum = 1, maximum = 999_999_999_999_999_999_i64)]
    #[param(minimum = 1, maximum = 999_999_999_999_999_999_i64)]
    pub size: Option<u64>,
}

/// The log's checkpoint
///
/// A signed note (c2sp.org/tlog-checkpoint): the log's name, how many events it has, and the root of the tree over them;
/// below it the log's signature and those of the witnesses that saw it. With witnesses it is the newest that one of
/// them cosigned. One is signed at least every ten seconds and every 1,000 events while anything is recorded. 503 before
/// the first.
#[utoipa::path(
    get, path = "/v1/log/checkpoint", tag = "Proof", params(CheckpointQuery),
    responses((status = 200, description = "The checkpoint", body = String, content_type = "text/plain"), ReadRefused)
)]
pub async fn checkpoint(
    State(state): State<ApiState>,
    _: Asking,
    ValidQuery(query): ValidQuery<CheckpointQuery>,
) -> Result<Response, Problem> {
    of(&state, Tree::Log, query).await
}

/// The checkpoint of the log of looks
///
/// The same over the access log, and over what administrators did with webhooks and code lists.
#[utoipa::path(
    get, path = "/v1/looks-log/checkpoint", tag = "Proof", params(CheckpointQuery),
    responses((status = 200, description = "The checkpoint", body = String, content_type = "text/plain"), ReadRefused)
)]
pub async fn looks_checkpoint(
    State(state): State<ApiState>,
    _: Asking,
    ValidQuery(query): ValidQuery<CheckpointQuery>,
) -> Result<Response, Problem> {
    of(&state, Tree::Beside, query).await
}

async fn of(state: &ApiState, tree: Tree, query: CheckpointQuery) -> Result<Response, Problem> {
    let kept = state.app.checkpoint(tree, query.size).await.map_err(problem)?;
    // Cosignatures may be added below it, but what it says stays.
    let caching = if query.size.is_some() {
        FOR_GOOD
    } else {
        SOON_ANOTHER
    };
    Ok(served(kept.note, TEXT, caching))
}
