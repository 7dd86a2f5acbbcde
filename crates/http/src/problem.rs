//! What a client sees when something is wrong: `application/problem+json`.
//!
//! Source: RFC 9457; the fields `errorCode`, `userMessage`, `developerMessage` and `moreInfo` are those
//! of HMPPS services (`api.md`, Adopt 3).
//!
//! What the client reads and what the log says are two fields, so that nothing leaks: a [`Problem`]
//! carries an internal cause that is logged with the request id and never serialised.

mod body;
mod finish;
mod kind;

pub use body::{Fault, ProblemBody};
pub use finish::{OwnBody, caught_panic, dress};
pub use kind::ProblemKind;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt;

/// The media type of every answer that is an error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An error answer under construction. Small enough to travel in a `Result`.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ProblemKind,
    detail: String,
    errors: Vec<Fault>,
    headers: HeaderMap,
    more_info: Option<String>,
    internal: Option<String>,
}

impl Problem {
    /// A problem of this kind with the kind's own sentence as its detail.
    pub fn new(kind: ProblemKind) -> Self {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = kind.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Self(Box::new(Inner {
            kind,
            detail: kind.advice().to_owned(),
            errors: Vec::new(),
            headers,
            more_info: None,
            internal: None,
        }))
    }

    /// What is wrong this time and what to do about it. Never a value that was sent, and never the
    /// text of an internal error.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// Adds one fault.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.0.errors.push(fault);
        self
    }

    /// Adds several faults.
    #[must_use]
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.0.errors.extend(faults);
        self
    }

    /// A link to the thing that stands in the way, such as the referral that already has this
    /// reference; sent as `moreInfo` and as a `Link` header.
    #[must_use]
    pub fn link(mut self, path: impl Into<String>) -> Self {
        let path = path.into();
        if let Ok(value) = HeaderValue::try_from(format!("<{path}>; rel=\"related\"")) {
            self.0.headers.insert(header::LINK, value);
        }
        self.0.more_info = Some(path);
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// The cause, for the log only.
    #[must_use]
    pub fn internal(mut self, cause: impl fmt::Display) -> Self {
        self.0.internal = Some(cause.to_string());
        self
    }

    /// The kind.
    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// The status it will be answered with.
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// What it says is wrong, and what to do.
    pub fn said(&self) -> &str {
        &self.0.detail
    }

    /// The faults so far.
    pub fn errors(&self) -> &[Fault] {
        &self.0.errors
    }

    fn body(&self, request_id: Option<&str>) -> ProblemBody {
        let kind = self.0.kind;
        ProblemBody {
            r#type: kind.uri(),
            title: kind.title().to_owned(),
            status: kind.status().as_u16(),
            detail: self.0.detail.clone(),
            instance: request_id.map(|id| format!("urn:throughcare:request:{id}")),
            error_code: kind.code().to_owned(),
            user_message: self.0.detail.clone(),
            developer_message: kind.advice().to_owned(),
            more_info: self
                .0
                .more_info
                .clone()
                .unwrap_or_else(|| "/swagger-ui/".to_owned()),
            errors: self.0.errors.clone(),
            request_id: request_id.map(str::to_owned),
        }
    }

    fn respond(&self, request_id: Option<&str>) -> Response {
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let mut response = (self.status(), self.0.headers.clone(), body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response
    }
}

impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        Self::new(kind)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.respond(None);
        // The outermost layer fills in the request id and writes the log line; see `finish`.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internal_cause_is_never_part_of_the_body() {
        let problem = Problem::new(ProblemKind::Unavailable).internal("Key (nhs)=(9990000018)");
        let text = serde_json::to_string(&problem.body(Some("r1"))).unwrap();
        assert!(!text.contains("999"), "{text}");
        assert!(format!("{problem:?}").contains("999"), "the log would have it");
    }

    #[test]
    fn every_kind_has_its_own_code_and_a_sentence_that_says_what_to_do() {
        let mut seen = std::collections::HashSet::new();
        for kind in ProblemKind::ALL {
            assert!(seen.insert(kind.code()), "{} twice", kind.code());
            assert!(kind.advice().ends_with('.'), "{}", kind.code());
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
        }
    }

    #[test]
    fn unavailable_says_when_to_try_again() {
        let response = Problem::new(ProblemKind::OutcomeUnknown).into_response();
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }
}
