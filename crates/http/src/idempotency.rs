//! The `Idempotency-Key` header and what a key is bound to.
//!
//! Source: `api.md`, Adopt 1: a UUID, quoted or bare; required of machine clients; the same key with
//! another body is 422, a missing one 400.

use crate::problem::{Fault, Problem, ProblemKind};
use aws_lc_rs::digest;
use axum::extract::FromRequestParts;
use axum::http::{HeaderName, HeaderValue, Method, Uri, request::Parts};
use axum::response::Response;
use uuid::Uuid;

/// The header.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Set to `true` on an answer that repeats a stored one.
pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// SHA-256 over method, path with query, and the exact bytes of the body.
pub type Fingerprint = [u8; 32];

/// Computes the fingerprint of a request.
pub fn fingerprint(method: &Method, uri: &Uri, body: &[u8]) -> Fingerprint {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in [method.as_str(), uri.path(), uri.query().unwrap_or("")] {
        // Neither a method nor a path holds a line feed, so the parts cannot run into each other.
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    hash.update(body);
    let mut out = [0; 32];
    out.copy_from_slice(hash.finish().as_ref());
    out
}

/// The key of the present request, when it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl IdempotencyKey {
    /// The key, which this caller must send when it is a machine.
    ///
    /// # Errors
    /// `idempotency_key_missing`.
    pub fn required_of(self, is_machine: bool) -> Result<Option<Uuid>, Problem> {
        if is_machine && self.0.is_none() {
            return Err(ProblemKind::IdempotencyKeyMissing.into());
        }
        Ok(self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().and_then(parse);
        match (key, values.next()) {
            (Some(key), None) => Ok(Self(Some(key))),
            _ => Err(Problem::new(ProblemKind::IdempotencyKeyInvalid).fault(Fault::new(
                "/headers/Idempotency-Key",
                "bad_format",
                "Expected one UUID, such as 0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b.",
            ))),
        }
    }
}

fn parse(text: &str) -> Option<Uuid> {
    let bare = text
        .strip_prefix('"')
        .and_then(|it| it.strip_suffix('"'))
        .unwrap_or(text);
    crate::path::parse_uuid(bare).filter(|key| !key.is_nil())
}

/// Marks an answer as the repetition of a stored one.
pub fn mark_replayed(response: &mut Response) {
    response
        .headers_mut()
        .insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn key(values: &[&str]) -> Result<IdempotencyKey, ProblemKind> {
        let mut request = Request::post("/x");
        for value in values {
            request = request.header("idempotency-key", *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        IdempotencyKey::from_request_parts(&mut parts, &())
            .await
            .map_err(|it| it.kind())
    }

    const KEY: &str = "0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b";

    #[tokio::test]
    async fn bare_and_quoted_are_the_same_key() {
        let bare = key(&[KEY]).await.unwrap();
        assert_eq!(bare.0, Some(KEY.parse().unwrap()));
        assert_eq!(key(&[&format!("\"{KEY}\"")]).await.unwrap(), bare);
        assert_eq!(key(&[]).await.unwrap().0, None);
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        let nil = Uuid::nil().to_string();
        for odd in ["", "abc", "\"", &format!("\"{KEY}"), &format!("{KEY} "), &nil] {
            assert_eq!(
                key(&[odd]).await,
                Err(ProblemKind::IdempotencyKeyInvalid),
                "{odd:?}"
            );
        }
        assert_eq!(key(&[KEY, KEY]).await, Err(ProblemKind::IdempotencyKeyInvalid));
    }

    #[test]
    fn machines_must_send_one_and_people_may() {
        let none = IdempotencyKey(None);
        assert_eq!(
            none.required_of(true).unwrap_err().kind(),
            ProblemKind::IdempotencyKeyMissing
        );
        assert_eq!(none.required_of(false).unwrap(), None);
    }

    #[test]
    fn the_fingerprint_depends_on_each_part() {
        let of = |method: Method, uri: &'static str, body: &[u8]| {
            fingerprint(&method, &Uri::from_static(uri), body)
        };
        let base = of(Method::POST, "/a", b"{}");
        assert_eq!(base, of(Method::POST, "/a", b"{}"));
        for other in [
            of(Method::PUT, "/a", b"{}"),
            of(Method::POST, "/b", b"{}"),
            of(Method::POST, "/a?x", b"{}"),
            of(Method::POST, "/a", b"{ }"),
        ] {
            assert_ne!(base, other);
        }
    }
}
