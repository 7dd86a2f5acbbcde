//! Overload is answered at once: beyond the cap of requests in work, 503 with Retry-After.
//!
//! Source: `trust.md`, "The write path" and promise P15.

use crate::problem::{Problem, ProblemKind};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The places for requests in work.
#[derive(Clone, Debug)]
pub struct InFlight(Arc<Semaphore>);

impl InFlight {
    /// That many places.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }
}

/// The layer. A request keeps its place until its answer begins, so that a live feed holds none.
/// Health endpoints stand outside it: an overloaded service is not a dead one.
pub async fn shed(State(places): State<InFlight>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.0.try_acquire() else {
        return Problem::new(ProblemKind::Unavailable)
            .detail("Too many requests at the moment. Try again after the time in Retry-After.")
            .into_response();
    };
    next.run(request).await
}
