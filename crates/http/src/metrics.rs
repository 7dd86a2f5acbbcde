//! What is counted of requests, and the page on which a Prometheus server reads it, on a port of its own.
//!
//! Labels hold the template of a route, a method, a class of status and the kind of a refusal: never an id, a name
//! or anything else that a client sent, so that their number is bounded by the routes of this program.

use crate::serve::InFlight;
use crate::token::Verifier;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{family::Family, histogram::Histogram};
use prometheus_client::registry::Registry;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

/// The media type of the page.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the durations counted together, in seconds: from a read out of memory to the longest wait.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    route: String,
    status: &'static str,
}

/// How many requests there were, of which kind, and how long they took. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestMetrics {
    durations: Family<Labels, Histogram, fn() -> Histogram>,
}

impl Default for RequestMetrics {
    fn default() -> Self {
        Self {
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
        }
    }
}

impl RequestMetrics {
    /// Puts them on a page, with what was turned away before it was a request of somebody.
    pub fn register(&self, page: &mut Registry, verifier: &Verifier, in_flight: &InFlight) {
        page.register(
            "throughcare_http_request_duration_seconds",
            "Time from the end of a request's head to the beginning of its answer",
            self.durations.clone(),
        );
        page.register(
            "throughcare_http_requests_shed",
            "Requests answered 503 because too many were in work",
            in_flight.shed_count(),
        );
        page.register(
            "throughcare_token_refusals",
            "Tokens refused, by reason",
            verifier.refusals(),
        );
    }
}

/// The layer that counts.
pub async fn layer(State(metrics): State<RequestMetrics>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let matched = request.extensions().get::<MatchedPath>();
    let (method, route) = (
        method(request.method()),
        matched.map_or("(no route)", MatchedPath::as_str).to_owned(),
    );
    let response = next.run(request).await;
    let labels = Labels {
        method,
        route,
        status: class(response.status()),
    };
    let taken = begun.elapsed().as_secs_f64();
    metrics.durations.get_or_create(&labels).observe(taken);
    response
}

/// A client may make up methods: those that no route has are counted together.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500.. => "5xx",
    }
}

/// The future of a page.
pub type Writing<'a> = Pin<Box<dyn Future<Output = String> + Send + 'a>>;

/// Who writes the page. It must answer within two seconds, whatever else does not.
pub trait MetricsSource: Send + Sync {
    /// The page, as OpenMetrics text.
    fn page(&self) -> Writing<'_>;
}

/// The routes of the metrics port: `/metrics` alone, without a token. For the network inside only.
pub fn routes(source: Arc<dyn MetricsSource>) -> Router {
    Router::new().route("/metrics", get(page)).with_state(source)
}

async fn page(State(source): State<Arc<dyn MetricsSource>>) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], source.page().await).into_response()
}

#[cfg(test)]
mod tests;
