//! `GET /v1/log/consistency`: that the log has only grown.

use super::{SOON_ANOTHER, TEXT, served};
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

/// Between which checkpoints.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// Entries of the checkpoint that you have.
    #[schema(minimum = 0, maximum = 999_999_999_999_999_999_i64)]
    #[param(minimum = 0, maximum = 999_999_999_999_999_999_i64)]
    pub from: u64,
    /// Entries of a later checkpoint; the newest, when absent.
    #[schema(minimum = 1, maximum = 999_999_999_999_999_999_i64)]
    #[param(minimum = 1, maximum = 999_999_999_999_999_999_i64)]
    pub to: Option<u64>,
}

/// A proof that the log has only grown
///
/// That the tree of the checkpoint you have is the beginning of that of a later one (RFC 6962, 2.1.2), in the form of
/// c2sp.org/tlog-witness: a line `old` with the size, the hashes, an empty line, the later checkpoint. You can give it to
/// a witness as it is.
#[utoipa::path(
    get, path = "/v1/log/consistency", tag = "Proof", params(ConsistencyQuery),
    responses((status = 200, description = "The proof", body = String, content_type = "text/plain"), ReadRefused)
)]
pub async fn consistency(
    State(state): State<ApiState>,
    _: Asking,
    ValidQuery(query): ValidQuery<ConsistencyQuery>,
) -> Result<Response, Problem> {
    of(&state, Tree::Log, &query).await
}

/// A proof that the log of looks has only grown
///
/// The same for the access log, and for what administrators did with webhooks and code lists.
#[utoipa::path(
    get, path = "/v1/looks-log/consistency", tag = "Proof", params(ConsistencyQuery),
    responses((status = 200, description = "The proof", body = String, content_type = "text/plain"), ReadRefused)
)]
pub async fn looks_consistency(
    State(state): State<ApiState>,
    _: Asking,
    ValidQuery(query): ValidQuery<ConsistencyQuery>,
) -> Result<Response, Problem> {
    of(&state, Tree::Beside, &query).await
}

async fn of(state: &ApiState, tree: Tree, query: &ConsistencyQuery) -> Result<Response, Problem> {
    let grown = state.app.grown(tree, query.from, query.to).await;
    Ok(served(grown.map_err(problem)?.text(), TEXT, SOON_ANOTHER))
}
