//! Request and correlation ids: accepted when sane, made when absent, echoed on every answer.
//!
//! Source: `api.md`, Adopt 2. The request id names this request in problems and logs; the correlation
//! id ties together the requests of one piece of work and is stored with the events it causes.
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
/// The longest id that is taken over from a client, in characters.
pub const MAX_ID_CHARS: usize = 64;

/// The ids of the present request. An extractor: every handler may ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestIds {
    /// Names this request.
    pub request: String,
    /// Ties requests together; the same as `request` when the client sent none.
    pub correlation: String,
}

impl RequestIds {
    /// The correlation id as a UUID, as events store it: the client's own when it is one, otherwise a
    /// name-based UUID (version 5) of its text, so that equal texts stay together.
    pub fn correlation_uuid(&self) -> Uuid {
        Uuid::parse_str(&self.correlation)
            .unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, self.correlation.as_bytes()))
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

/// The layer. An id that is not sane is replaced, not refused: tracing must not stop work.
pub async fn layer(State(ids): State<Ids>, mut request: Request, next: Next) -> Response {
    let own = || ids.next().to_string();
    let request_id = sane(request.headers(), &X_REQUEST_ID).unwrap_or_else(own);
    let correlation = sane(request.headers(), &X_CORRELATION_ID).unwrap_or_else(|| request_id.clone());
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

fn sane(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut all = headers.get_all(name).iter();
    let id = all.next()?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let fits = (1..=MAX_ID_CHARS).contains(&id.len()) && id.chars().all(plain);
    (fits && all.next().is_none()).then(|| id.to_owned())
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
    async fn a_sane_id_is_echoed_and_an_odd_one_replaced() {
        assert_eq!(
            ask("/x", "abc-1.2_3").await.headers()["x-request-id"],
            "abc-1.2_3"
        );
        for odd in ["", "a b", "x;y", "ü", &"a".repeat(65)] {
            let answer = ask("/x", odd).await;
            assert_eq!(
                answer.headers()["x-request-id"],
                Uuid::from_u128(1).to_string(),
                "{odd}"
            );
        }
        assert_eq!(
            ask("/x", &"a".repeat(64)).await.headers()["x-request-id"],
            "a".repeat(64)
        );
    }

    #[tokio::test]
    async fn errors_echo_it_too_and_the_correlation_id_follows_it() {
        let answer = ask("/nowhere", "r-9").await;
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()["x-request-id"], "r-9");
        assert_eq!(answer.headers()["x-correlation-id"], "r-9");
        assert_eq!(answer.headers()["content-type"], crate::problem::PROBLEM_JSON);
    }

    #[test]
    fn a_correlation_id_that_is_a_uuid_stays_itself_and_other_texts_map_to_one_uuid() {
        let ids = |text: &str| RequestIds {
            request: String::new(),
            correlation: text.to_owned(),
        };
        let uuid = Uuid::from_u128(77);
        assert_eq!(ids(&uuid.to_string()).correlation_uuid(), uuid);
        assert_eq!(
            ids("batch-1").correlation_uuid(),
            ids("batch-1").correlation_uuid()
        );
        assert_ne!(
            ids("batch-1").correlation_uuid(),
            ids("batch-2").correlation_uuid()
        );
    }
}
