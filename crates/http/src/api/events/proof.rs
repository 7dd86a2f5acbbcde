//! `GET /v1/events/{id}/proof`: that an event is in the log.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use throughcare_domain::id::EventId;
use utoipa::{IntoParams, ToSchema};

/// Where the event stands.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProofQuery {
    /// Its position in the log, as the feed and receipts tell it.
    #[schema(minimum = 1, maximum = 999_999_999_999_999_999_i64)]
    #[param(minimum = 1, maximum = 999_999_999_999_999_999_i64)]
    pub position: u64,
}

/// A proof that an event is in the log
///
/// A proof file (c2sp.org/tlog-proof): the place in the tree, the hashes from there to the root, and the checkpoint.
/// Auditors, and whoever recorded the event and sees all of what it is about, get its record with it, from which the leaf
/// is hashed. Others who may see the event find its leaf in the tile of hashes. 503 while no checkpoint goes so far,
/// which takes ten seconds at most; 409 when what is stored is not what was recorded.
#[utoipa::path(
    get, path = "/v1/events/{id}/proof", tag = "Proof", params(("id" = Uuid, Path), ProofQuery),
    responses((status = 200, description = "The proof", body = String, content_type = "text/plain"), ReadRefused)
)]
pub async fn proof(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidQuery(query): ValidQuery<ProofQuery>,
) -> Result<Response, Problem> {
    let proved = state
        .app
        .prove_event(&asking.caller, EventId(id), query.position)
        .await
        .map_err(problem)?;
    let mut response = proved.proof.to_string().into_response();
    let form = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, form);
    Ok(response)
}
