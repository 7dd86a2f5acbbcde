//! How a witness answers over HTTP.

use super::State;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State as Of};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use std::sync::Arc;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_proof::witness::{LONGEST_REQUEST, Refusal, Request};

/// What the protocol calls a size.
const SIZE: &str = "text/x.tlog.size";
const TEXT: &str = "text/plain; charset=utf-8";

type Answer = (StatusCode, [(HeaderName, &'static str); 1], String);

/// The one call of the protocol, and a page that says how far each log was followed.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add))
        .route("/", get(shown))
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .with_state(state)
}

async fn add(Of(state): Of<Arc<State>>, body: String) -> impl IntoResponse {
    let request = match Request::parse(&body) {
        Ok(request) => request,
        Err(refusal) => return refused(refusal),
    };
    let now = u64::try_from(SystemClock.now().as_second()).unwrap_or_default();
    // What is kept is forced to the disk: that blocks.
    let decided = tokio::task::spawn_blocking(move || state.add(&request, now)).await;
    match decided {
        Ok(Ok(Ok(line))) => answer(StatusCode::OK, TEXT, line),
        Ok(Ok(Err(refusal))) => refused(refusal),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&anyhow::Error::new(error)),
    }
}

fn refused(refusal: Refusal) -> Answer {
    if refusal.is_evidence() {
        eprintln!("refused, and kept as evidence: {refusal}");
    }
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    match refusal {
        Refusal::OtherSize(size) | Refusal::Fork(size) => answer(status, SIZE, format!("{size}\n")),
        _ => answer(status, TEXT, format!("{refusal}\n")),
    }
}

fn failed(error: &anyhow::Error) -> Answer {
    eprintln!("nothing was cosigned: {error:#}");
    let words = "what would be cosigned could not be kept\n".to_owned();
    answer(StatusCode::SERVICE_UNAVAILABLE, TEXT, words)
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Answer {
    (status, [(header::CONTENT_TYPE, kind)], body)
}

async fn shown(Of(state): Of<Arc<State>>) -> String {
    let mut page = format!("{}\n", state.verifier());
    for (origin, last) in state.cosigned() {
        page.push_str(&format!("{origin} {}\n", last.size));
    }
    page
}
