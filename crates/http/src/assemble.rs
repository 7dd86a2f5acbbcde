//! Puts the layers around the routes, in the one order in which they hold.
//!
//! From the outside in: security headers; counting; request ids, span and final form of problems; panics become
//! problems; strictness; then the open routes, and behind the in-flight cap and the token check every
//! other route. A route that is added to `api` is authenticated without doing anything for it.

use crate::health::{self, SharedHealth};
use crate::metrics::{self, RequestMetrics};
use crate::problem::{Problem, ProblemKind, caught_panic};
use crate::serve::{InFlight, shed};
use crate::sources::Ids;
use crate::token::{Verifier, authenticate};
use crate::{docs, request_id, strictness};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// What the layers need.
#[derive(Clone)]
pub struct Foundation {
    /// Makes request ids.
    pub ids: Ids,
    /// Knows whose tokens are good.
    pub verifier: Verifier,
    /// Knows whether the components work.
    pub health: SharedHealth,
    /// Places for requests in work.
    pub in_flight: InFlight,
    /// Counts requests.
    pub metrics: RequestMetrics,
}

/// The whole service, and its OpenAPI file. `api` holds every route that wants a token, with its state
/// already given.
pub fn assemble(foundation: Foundation, api: OpenApiRouter) -> (Router, OpenApi) {
    let Foundation {
        ids,
        verifier,
        health,
        in_flight,
        metrics,
    } = foundation;
    // A node that only works on the lists has no such route, and axum layers no empty router.
    let guarded = if api.get_openapi().paths.paths.is_empty() {
        api
    } else {
        // Only routes are guarded: what does not exist is 404 for everyone.
        api.route_layer(from_fn_with_state(verifier, authenticate))
            .route_layer(from_fn_with_state(in_flight, shed))
    };
    let (router, described) = OpenApiRouter::with_openapi(docs::head())
        .merge(guarded)
        .merge(health::routes(health))
        .split_for_parts();
    let router = router
        .merge(docs::routes(described.clone()))
        .fallback(async || Problem::new(ProblemKind::NotFound))
        .method_not_allowed_fallback(async || Problem::new(ProblemKind::MethodNotAllowed))
        .layer(from_fn(strictness::layer))
        .layer(CatchPanicLayer::custom(caught_panic))
        .layer(from_fn_with_state(ids, request_id::layer))
        .layer(from_fn_with_state(metrics, metrics::layer))
        .layer(from_fn(docs::security_headers));
    (router, described)
}

/// The OpenAPI file alone, without keys or a database, for the committed copy and its drift check.
pub fn describe(api: OpenApiRouter) -> OpenApi {
    struct Nothing;
    impl health::HealthSource for Nothing {
        fn readiness(&self) -> health::Checking<'_> {
            Box::pin(async { Default::default() })
        }
    }
    OpenApiRouter::with_openapi(docs::head())
        .merge(api)
        .merge(health::routes(std::sync::Arc::new(Nothing)))
        .into_openapi()
}

#[cfg(test)]
mod tests;
