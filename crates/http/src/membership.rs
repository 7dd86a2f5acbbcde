//! The layer that lets in whoever acts for an organisation, by membership: what a token claims can only narrow it.
//!
//! Source: issue 5, "Access"; `trust.md`, "Who may see what". One layer around every route that wants a token, inside
//! the token check: a token that was verified and remembered is judged like a new one.

use crate::api::asking::caller_of;
use crate::api::refusal::problem;
use crate::narrowed;
use crate::problem::{Problem, ProblemKind};
use crate::token;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::time::Duration;
use throughcare_app::App;

/// What took longer to be read is judged again before it leaves: whoever waits for news may have lost the right to it.
const JUDGED_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The layer.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(caller) = request.extensions().get::<token::Caller>().cloned() else {
        return Problem::new(ProblemKind::Unauthenticated).into_response();
    };
    let caller = match caller_of(caller) {
        Ok(caller) => caller,
        Err(refused) => return refused.into_response(),
    };
    let request = match app.admit(&caller).await {
        Ok(None) => request,
        Ok(Some(only)) => match narrowed::judged(&app, &caller, &only, request).await {
            Ok(request) => request,
            Err(refused) => return refused.into_response(),
        },
        Err(error) => return problem(error).into_response(),
    };
    let began = tokio::time::Instant::now();
    // What a command recorded rested on the membership, and is recorded.
    let reads = request.method() == Method::GET;
    let response = next.run(request).await;
    if reads
        && began.elapsed() >= JUDGED_AGAIN_AFTER
        && let Err(error) = app.admit(&caller).await
    {
        return problem(error).into_response();
    }
    response
}
