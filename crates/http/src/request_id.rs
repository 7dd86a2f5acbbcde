//! Request and correlation ids: accepted when they are UUIDs, made when absent, echoed on every answer.
//!
//! Source: `api.md`, Adopt 2. The request id names this request in problems and logs; the correlation
//! id ties together the requests of one piece of work and is stored with the events it causes. Whatever is no UUID is
//! replaced: both stand in the log in clear, and a sender may put somebody's number there.
//!
//! The outermost layer: it also opens the tracing span (method, matched path, status, ids; never a
//! query string or a body) and gives every error its final form.

use crate::problem::dress;
use crate::sources::Ids;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use axum::middleware::Next;
use axum::response::Response;
use std::convert::Infallible;
use tracing::Instrument;
use uuid::Uuid;

/// The header that names one request.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header that ties requests together.
pub const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The ids of the present request. An extractor: every handler may ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestIds {
    /// Names this request.
    pub request: String,
    /// Ties requests together; the same as `request` when the client sent none.
    pub correlation: String,
}

impl RequestIds {
    /// The correlation id as events store it.
    pub fn correlation_uuid(&self) -> Uuid {
        Uuid::parse_str(&self.correlation).unwrap_or_default() // the layer takes nothing else over
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestIds {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Always there behind the layer; a route tested without it gets an empty id.
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            request: String::new(),
            correlation: String::new(),
        }))
    }
}

/// The layer. An id that is no UUID is replaced, not refused: tracing must not stop work.
pub async fn layer(State(ids): State<Ids>, mut request: Request, next: Next) -> Response {
    let own = || ids.next().to_string();
    let request_id = given(request.headers(), &X_REQUEST_ID).unwrap_or_else(own);
    let correlation = given(request.headers(), &X_CORRELATION_ID).unwrap_or_else(|| request_id.clone());
    let span = tracing::info_span!(
        "request",
        method = %request.method(),
        path = request.extensions().get::<MatchedPath>().map_or("(no route)", MatchedPath::as_str),
        request_id,
        correlation_id = correlation,
    );
    let headers = [(X_REQUEST_ID, &request_id), (X_CORRELATION_ID, &correlation)]
        .map(|(name, id)| (name, HeaderValue::from_str(id)));
    request.extensions_mut().insert(RequestIds {
        request: request_id.clone(),
        correlation: correlation.clone(),
    });
    async move {
        let mut response = dress(next.run(request).await, &request_id);
        for (name, value) in headers {
            if let Ok(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
        tracing::info!(status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// What the client sent, as it sent it, when it is one UUID.
fn given(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut all = headers.get_all(name).iter();
    let id = all.next()?.to_str().ok()?;
    let is_uuid = Uuid::parse_str(id).is_ok();
    (is_uuid && all.next().is_none()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, routing::get};
    use tower::ServiceExt;

    fn app() -> Router {
        Router::new()
            .route(
                "/x",
                get(|ids: RequestIds| async move { ids.correlation_uuid().to_string() }),
            )
            .layer(axum::middleware::from_fn_with_state(Ids::counting(), layer))
    }

    async fn ask(path: &str, id: &str) -> Response {
        let request = Request::get(path)
            .header("x-request-id", id)
            .body(Body::empty())
            .unwrap();
        app().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn a_uuid_is_echoed_as_it_came_and_anything_else_replaced() {
        for id in [
            "018F3A52-9c1e-7cc4-8f0a-0b1c2d3e4f50",
            "4bf92f3577b34da6a3ce929d0e0e4736", // as in a traceparent
        ] {
            assert_eq!(ask("/x", id).await.headers()["x-request-id"], id);
        }
        for odd in ["", "a b", "9997041003", "A4100CS", "ü", &"a".repeat(65)] {
            let answer = ask("/x", odd).await;
            assert_eq!(
                answer.headers()["x-request-id"],
                Uuid::from_u128(1).to_string(),
                "{odd}"
            );
        }
    }

    #[tokio::test]
    async fn errors_echo_it_too_and_the_correlation_id_follows_it() {
        let id = Uuid::from_u128(9).to_string();
        let answer = ask("/nowhere", &id).await;
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()["x-request-id"], id);
        assert_eq!(answer.headers()["x-correlation-id"], id);
        assert_eq!(answer.headers()["content-type"], crate::problem::PROBLEM_JSON);
    }

    #[test]
    fn events_store_the_correlation_id_as_it_is() {
        let uuid = Uuid::from_u128(77);
        let ids = RequestIds {
            request: String::new(),
            correlation: uuid.simple().to_string(),
        };
        assert_eq!(ids.correlation_uuid(), uuid);
    }
}
