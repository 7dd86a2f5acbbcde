//! Overload is answered at once: beyond the cap of requests in work, 503 with Retry-After.
//!
//! Source: `trust.md`, "The write path" and promise P15.

use crate::problem::{Problem, ProblemKind};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::metrics::counter::Counter;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The places for requests in work.
#[derive(Clone, Debug)]
pub struct InFlight {
    places: Arc<Semaphore>,
    shed: Counter,
}

impl InFlight {
    /// That many places.
    pub fn new(places: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            shed: Counter::default(),
        }
    }

    /// How many requests found no place.
    pub(crate) fn shed_count(&self) -> Counter {
        self.shed.clone()
    }
}

/// The layer. A request keeps its place until its answer begins, so that a live feed holds none.
/// Health endpoints stand outside it: an overloaded service is not a dead one.
pub async fn shed(State(in_flight): State<InFlight>, request: Request, next: Next) -> Response {
    let Ok(_place) = in_flight.places.try_acquire() else {
        in_flight.shed.inc();
        return Problem::new(ProblemKind::Unavailable)
            .detail("Too many requests at the moment. Try again after the time in Retry-After.")
            .into_response();
    };
    next.run(request).await
}
