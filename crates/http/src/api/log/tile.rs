//! `GET /v1/log/tile/…`: the hashes of the tree, and the entries.

use super::{FOR_GOOD, served};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::{Problem, ProblemKind};
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use throughcare_app::proving::{Tile, TileAddress, Tree};

const BYTES: &str = "application/octet-stream";

/// A tile of the log
///
/// As c2sp.org/tlog-tiles has it: `/v1/log/tile/0/000`, `/v1/log/tile/1/x001/234`, `/v1/log/tile/0/005.p/17`, and bundles of
/// entries under `/v1/log/tile/entries/…`. A tile holds up to 256 hashes of 32 bytes; a bundle as many records, each
/// after its length in two bytes. What is served once stays as it is. Hashes are for everybody with a token, entries for
/// auditors: they tell what kind of thing was recorded about whom, and when. 404 for a tile that is not there yet.
#[utoipa::path(
    get, path = "/v1/log/tile/{level}/{index}", tag = "Proof",
    params(
        ("level" = String, Path, description = "0 to 7, or `entries`"),
        ("index" = String, Path, description = "Its place, in groups of three digits"),
    ),
    responses(
        (status = 200, description = "The tile", body = Vec<u8>, content_type = "application/octet-stream"),
        ReadRefused,
    )
)]
pub async fn tile(State(state): State<ApiState>, asking: Asking, uri: Uri) -> Result<Response, Problem> {
    of(&state, &asking, &uri, Tree::Log, "/v1/log/").await
}

/// A tile of the log of looks
///
/// The same for the access log, and for what administrators did with webhooks and code lists.
#[utoipa::path(
    get, path = "/v1/looks-log/tile/{level}/{index}", tag = "Proof",
    params(
        ("level" = String, Path, description = "0 to 7, or `entries`"),
        ("index" = String, Path, description = "Its place, in groups of three digits"),
    ),
    responses(
        (status = 200, description = "The tile", body = Vec<u8>, content_type = "application/octet-stream"),
        ReadRefused,
    )
)]
pub async fn looks_tile(
    State(state): State<ApiState>,
    asking: Asking,
    uri: Uri,
) -> Result<Response, Problem> {
    of(&state, &asking, &uri, Tree::Beside, "/v1/looks-log/").await
}

async fn of(
    state: &ApiState,
    asking: &Asking,
    uri: &Uri,
    tree: Tree,
    under: &str,
) -> Result<Response, Problem> {
    let path = uri.path().strip_prefix(under);
    let address = path.and_then(|path| TileAddress::parse(path).ok());
    let address = address.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let tile = state.app.tile(&asking.caller, tree, address).await;
    let Tile(bytes) = tile.map_err(problem)?;
    Ok(served(bytes, BYTES, FOR_GOOD))
}
