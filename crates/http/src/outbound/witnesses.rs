//! Asks witnesses over HTTP (`c2sp.org/tlog-witness`, `add-checkpoint`). Where they are the configuration says, and
//! nobody else, so that any address may be one.

use axum::http::{StatusCode, header};
use reqwest::{Client, Response, redirect};
use std::time::Duration;
use throughcare_app::proving::{Asked, Asking, Watch, Witnesses};

/// A witness answers within this time, or it did not.
pub const WITNESS_WITHIN: Duration = Duration::from_secs(10);
/// A connection is made within this time.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
/// Longest answer that is read: a few lines.
pub const MAX_WITNESS_ANSWER_BYTES: usize = 16 * 1_024;
/// What the size that a witness knows is sent as.
const SIZE: &str = "text/x.tlog.size";

/// Asks witnesses.
pub struct WitnessClient(Client);

impl WitnessClient {
    /// One.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        Ok(Self(
            Client::builder()
                .redirect(redirect::Policy::none())
                .timeout(WITNESS_WITHIN)
                .connect_timeout(CONNECTED_WITHIN)
                .user_agent(concat!("throughcare/", env!("CARGO_PKG_VERSION")))
                .build()?,
        ))
    }

    async fn post(&self, witness: &Watch, body: String) -> Asked {
        let url = format!("{}/add-checkpoint", witness.url.trim_end_matches('/'));
        let sent = self.0.post(url).body(body).send().await;
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) if error.is_timeout() => return Asked::Failed("no answer in time"),
            Err(error) if error.is_connect() => return Asked::Failed("no connection"),
            Err(_) => return Asked::Failed("the connection broke"),
        };
        let status = answer.status();
        let is_size = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|form| form.as_bytes() == SIZE.as_bytes());
        let Some(text) = read(answer).await else {
            return Asked::Failed("its answer could not be read");
        };
        match status {
            StatusCode::OK => Asked::Cosigned(text),
            StatusCode::CONFLICT if is_size => match text.trim_end_matches('\n').parse() {
                Ok(size) => Asked::Knows(size),
                Err(_) => Asked::Refused(status.as_u16()),
            },
            other => Asked::Refused(other.as_u16()),
        }
    }
}

impl Witnesses for WitnessClient {
    fn ask<'a>(&'a self, witness: &'a Watch, body: String) -> Asking<'a> {
        Box::pin(self.post(witness, body))
    }
}

/// The text of an answer, if it is short and one.
async fn read(mut answer: Response) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if bytes.len() + chunk.len() > MAX_WITNESS_ANSWER_BYTES {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).ok()
}
