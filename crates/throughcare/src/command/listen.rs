//! `listen`: a small receiver for trying webhooks by hand.

use crate::cli::Listen;
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::post;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use throughcare_app::webhooks::WebhookSecret;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_http::outbound::{WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, read_secret, verify};
use throughcare_http::serve::{Limits, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Largest body that is looked at, in bytes: notices are far smaller.
const MAX_BODY_BYTES: usize = 64 * 1_024;
/// Most ids that are remembered, to say what came before.
const REMEMBERED: usize = 100_000;

struct Receiver {
    secret: WebhookSecret,
    answer: StatusCode,
    had: Mutex<HashSet<String>>,
}

/// Listens until it is stopped: checks each signature, prints a line for each notice.
///
/// # Errors
/// When the secret cannot be read or the port is taken.
pub async fn run(asked: Listen) -> Result<()> {
    let receiver = Arc::new(Receiver {
        secret: read_secret(&asked.secret)?,
        answer: StatusCode::from_u16(asked.answer).context("--answer is no status")?,
        had: Mutex::default(),
    });
    let listener = TcpListener::bind(("127.0.0.1", asked.port))
        .await
        .with_context(|| {
            format!(
                "port {} cannot be listened on; choose another with --port",
                asked.port
            )
        })?;
    let address = listener.local_addr()?;
    println!("Listening on http://{address}/  (start the service with --webhook-allow 127.0.0.1/32)");
    let router = Router::new()
        .fallback(post(received))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(receiver);
    let over = CancellationToken::new();
    let told = over.clone();
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await; // when signals cannot be heard, it ends
        told.cancel();
    });
    serve(listener, router, Limits::default(), over).await;
    Ok(())
}

async fn received(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(timestamp), Some(signatures)) = (
        header(&WEBHOOK_ID),
        header(&WEBHOOK_TIMESTAMP),
        header(&WEBHOOK_SIGNATURE),
    ) else {
        println!("refused: webhook-id, webhook-timestamp or webhook-signature is missing");
        return StatusCode::BAD_REQUEST;
    };
    let signed = (id, timestamp, signatures);
    if let Err(reason) = verify(&receiver.secret, signed, &body, SystemClock.now()) {
        println!("refused: {reason}");
        return StatusCode::UNAUTHORIZED;
    }
    let again = {
        let mut had = receiver.had.lock().unwrap_or_else(PoisonError::into_inner);
        if had.len() >= REMEMBERED {
            had.clear();
        }
        !had.insert(id.to_owned())
    };
    println!("{}", line(&body, id, receiver.answer, again));
    receiver.answer
}

/// What is printed of a notice: what came, where to look, and what is answered.
fn line(body: &[u8], id: &str, answer: StatusCode, again: bool) -> String {
    let Ok(told) = serde_json::from_slice::<Value>(body) else {
        return format!("{} {id} (no JSON)", answer.as_u16());
    };
    let field = |name: &str| told[name].as_str().unwrap_or("-").to_owned();
    let again = if again { "  again" } else { "" };
    format!(
        "{} {} {} {} {id}{again}",
        answer.as_u16(),
        field("occurredAt"),
        field("eventType"),
        field("detailUrl")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_came_and_whether_it_came_before() {
        let body = br#"{"eventType":"throughcare.person.updated","occurredAt":"2026-03-01T12:00:00Z","detailUrl":"u"}"#;
        let said = line(body, "msg_1", StatusCode::NO_CONTENT, true);
        assert_eq!(
            said,
            "204 2026-03-01T12:00:00Z throughcare.person.updated u msg_1  again"
        );
        assert_eq!(
            line(b"x", "msg_1", StatusCode::GONE, false),
            "410 msg_1 (no JSON)"
        );
    }
}
