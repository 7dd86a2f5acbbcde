//! A client with a token, and what it is answered.

use super::new_id;
use reqwest::Method;
use reqwest::blocking::{Client as Http, RequestBuilder};
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Somebody who asks.
#[derive(Clone)]
pub struct Client {
    http: Http,
    address: String,
    token: Option<String>,
    machine: bool,
    /// The last log position that anybody of the same county was told: reads wait for it.
    seen: Arc<AtomicU64>,
}

impl Client {
    pub(super) fn new(address: &str, token: Option<String>, machine: bool, seen: Arc<AtomicU64>) -> Self {
        let http = Http::builder()
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()
            .unwrap();
        Self {
            http,
            address: address.to_owned(),
            token,
            machine,
            seen,
        }
    }

    /// The token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// A request, to be completed. Machines send an idempotency key by themselves with [`Client::post`] only.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a completed request.
    #[track_caller]
    pub fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).expect("an answer")
    }

    /// Sends a completed request, to a program that may be dying.
    pub fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send()?;
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text()?,
        };
        if let Some(position) = answer.header("x-log-position").and_then(|text| text.parse().ok()) {
            self.seen.fetch_max(position, Ordering::Relaxed);
        }
        Ok(answer)
    }

    /// Reads; lists wait until they hold what this county was told before.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        let seen = self.seen.load(Ordering::Relaxed);
        self.send(self.request(Method::GET, path).header("x-log-position", seen))
    }

    /// Records something.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let mut request = self.request(Method::POST, path).json(body);
        if self.machine {
            request = request.header("idempotency-key", new_id().to_string());
        }
        self.send(request)
    }

    /// Records something under a key.
    #[track_caller]
    pub fn post_keyed(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(
            self.request(Method::POST, path)
                .json(body)
                .header("idempotency-key", key),
        )
    }

    /// Records something that must be accepted.
    #[track_caller]
    pub fn record(&self, path: &str, body: &Value) -> Answer {
        self.post(path, body).expect(201)
    }

    /// Reads something that must be there.
    #[track_caller]
    pub fn read(&self, path: &str) -> Value {
        self.get(path).expect(200).json()
    }

    /// Every line of a list, page after page.
    #[track_caller]
    pub fn list(&self, path: &str) -> Vec<Value> {
        list(self, path)
    }
}

/// Every line of a list, page after page.
#[track_caller]
fn list(client: &Client, path: &str) -> Vec<Value> {
    let mut lines = Vec::new();
    let mut page = client.read(path);
    loop {
        lines.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["pagination"]["nextCursor"].as_str() else {
            return lines;
        };
        let joint = if path.contains('?') { '&' } else { '?' };
        page = client.read(&format!("{path}{joint}cursor={cursor}"));
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The body.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.text))
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The id of what was created.
    #[track_caller]
    pub fn id(&self, kind: &str) -> String {
        let body = self.json();
        let created = body["created"].as_array().unwrap();
        let found = created
            .iter()
            .find(|one| one["kind"] == kind)
            .unwrap_or_else(|| panic!("no {kind} in {body}"));
        found["id"].as_str().unwrap().to_owned()
    }

    /// The person whose record it is about.
    #[track_caller]
    pub fn person(&self) -> String {
        self.json()["personId"]
            .as_str()
            .unwrap_or_else(|| panic!("no person: {}", self.text))
            .to_owned()
    }

    /// The problem's code, after a look at what every problem must have.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.text
        );
        let body = self.json();
        assert_eq!(body["status"], status);
        for field in [
            "type",
            "title",
            "detail",
            "errorCode",
            "userMessage",
            "developerMessage",
            "requestId",
        ] {
            assert!(
                body[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field} is missing: {body}"
            );
        }
        assert_eq!(body["requestId"].as_str(), self.header("x-request-id"));
        assert!(self.header("x-correlation-id").is_some());
        body["errorCode"].as_str().unwrap().to_owned()
    }

    /// Pointer and code of every fault.
    #[track_caller]
    pub fn faults(&self) -> Vec<(String, String)> {
        let body = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, field: &str| error[field].as_str().unwrap().to_owned();
        errors
            .iter()
            .map(|error| (text(error, "pointer"), text(error, "code")))
            .collect()
    }
}
