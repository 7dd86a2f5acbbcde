//! The logs as C2SP has them (`c2sp.org/tlog-tiles`): checkpoints, tiles, proofs, and by what they are checked. The same
//! for two: the log of events, and the log of looks and of what administrators did.
//!
//! Checkpoints and tiles of hashes are for anybody who may ask anything: they tell how much there is, and when. Not for
//! nobody in particular, because nothing here is. Entries tell what was recorded about whom, and are for auditors.

mod checkpoint;
mod consistency;
mod keys;
mod sample;
mod tile;
mod witnesses;

use super::ApiState;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use throughcare_app::proving::Watch;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Plain text.
const TEXT: &str = "text/plain; charset=utf-8";
/// What was served once under an address is served under it for good. Each caller must be let in by their own token.
const FOR_GOOD: &str = "private, max-age=31536000, immutable";
/// Is another one soon.
const SOON_ANOTHER: &str = "private, no-cache";

/// The routes. A place of a tile that has more than one part (`x001/234`) is served by routes of its own, which the
/// description leaves to the first.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint::checkpoint))
        .routes(routes!(checkpoint::looks_checkpoint))
        .routes(routes!(tile::tile))
        .routes(routes!(tile::looks_tile))
        .route("/v1/log/tile/{level}/{index}/{*rest}", get(tile::tile))
        .route(
            "/v1/looks-log/tile/{level}/{index}/{*rest}",
            get(tile::looks_tile),
        )
        .routes(routes!(consistency::consistency))
        .routes(routes!(consistency::looks_consistency))
        .routes(routes!(sample::sample))
        .routes(routes!(keys::keys))
        .routes(routes!(witnesses::witnesses))
}

/// Who watches this log, as the program was told.
#[derive(Clone, Debug, Default)]
pub struct Watched(pub std::sync::Arc<Vec<Watch>>);

/// An answer of one of C2SP's forms.
fn served(body: impl Into<axum::body::Body>, form: &'static str, caching: &'static str) -> Response {
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}
