//! The access log at the edge: whom an answer shows is recorded before the answer leaves; where it cannot be, the
//! answer is 503 and shows nothing.
//!
//! Source: `trust.md`, "Who may see what". One layer around every route that wants a token: no handler can forget it.
//! What is shown, the use cases note on the caller that the layer has handed to them.

use crate::api::asking::caller_of;
use crate::api::refusal::problem;
use crate::request_id::RequestIds;
use crate::token;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use throughcare_app::{App, Looks};

/// The layer. It stands inside the token check, which says who asks.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let looks = Looks::default();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(no route)", MatchedPath::as_str);
    let route = format!("{} {route}", request.method());
    let caller = request.extensions().get::<token::Caller>().cloned();
    let correlation = request
        .extensions()
        .get::<RequestIds>()
        .map(RequestIds::correlation_uuid);
    request.extensions_mut().insert(looks.clone());
    let response = next.run(request).await;
    // A refusal shows nobody. That somebody's version has not changed says that they are there.
    if !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED {
        return response;
    }
    let Some(caller) = caller else { return response };
    let recorded = match caller_of(caller) {
        Ok(caller) => {
            let caller = throughcare_app::Caller { looks, ..caller };
            app.record_looks(&caller, route, correlation.unwrap_or_default())
                .await
                .map_err(problem)
        }
        Err(refused) => Err(refused),
    };
    match recorded {
        Ok(()) => response,
        Err(refused) => refused.into_response(),
    }
}
