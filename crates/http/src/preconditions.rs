//! `If-Match`, `If-None-Match` and `ETag`: strong entity tags that carry a stream's version.
//!
//! Source: `api.md`, Adopt 4; RFC 9110, sections 8.8.3 and 13.1.

use crate::problem::{Fault, Problem, ProblemKind};
use axum::extract::FromRequestParts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};

/// Longest entity tag, in characters without its quotes.
const MAX_TAG_CHARS: usize = 64;

/// What a request demands of the present version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `*`: anything that exists.
    Any,
    /// The text of one strong entity tag, without its quotes.
    Tag(String),
}

/// The header `If-Match`, when it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<Wanted>);

impl IfMatch {
    /// The version that a command expects. `None` when the client demands none.
    ///
    /// # Errors
    /// `stale` when the tag is no version: it can match nothing.
    pub fn version(&self) -> Result<Option<u32>, Problem> {
        match &self.0 {
            None | Some(Wanted::Any) => Ok(None),
            Some(Wanted::Tag(tag)) => match tag.parse::<u32>() {
                Ok(version) if version.to_string() == *tag => Ok(Some(version)),
                _ => Err(ProblemKind::PreconditionFailed.into()),
            },
        }
    }

    /// The version that a command expects, where the endpoint demands one.
    ///
    /// # Errors
    /// `precondition_required` without the header, `stale` as [`IfMatch::version`].
    pub fn required_version(&self) -> Result<Option<u32>, Problem> {
        if self.0.is_none() {
            return Err(ProblemKind::PreconditionRequired.into());
        }
        self.version()
    }
}

/// The header `If-None-Match`, when it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfNoneMatch(pub Option<Wanted>);

impl IfNoneMatch {
    /// True when the client already has this version and 304 is the answer.
    pub fn has(&self, tag: &str) -> bool {
        match &self.0 {
            None => false,
            Some(Wanted::Any) => true,
            Some(Wanted::Tag(theirs)) => theirs == tag,
        }
    }
}

/// The header value `"7"` for a version or another tag of plain characters.
pub fn etag(tag: impl std::fmt::Display) -> HeaderValue {
    HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The answer 304 with the tag that the client already has.
pub fn not_modified(tag: impl std::fmt::Display) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, etag(tag))]).into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        wanted(parts, &header::IF_MATCH).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        wanted(parts, &header::IF_NONE_MATCH).map(Self)
    }
}

fn wanted(parts: &Parts, name: &HeaderName) -> Result<Option<Wanted>, Problem> {
    let mut values = parts.headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let parsed = value.to_str().ok().and_then(parse);
    match (parsed, values.next()) {
        (Some(wanted), None) => Ok(Some(wanted)),
        _ => Err(Problem::new(ProblemKind::PreconditionInvalid).fault(Fault::new(
            format!("/headers/{name}"),
            "bad_format",
            "Expected one strong entity tag in double quotes, such as \"7\".",
        ))),
    }
}

fn parse(text: &str) -> Option<Wanted> {
    if text == "*" {
        return Some(Wanted::Any);
    }
    let tag = text.strip_prefix('"')?.strip_suffix('"')?;
    let plain =
        (1..=MAX_TAG_CHARS).contains(&tag.len()) && tag.bytes().all(|it| it.is_ascii_graphic() && it != b'"');
    plain.then(|| Wanted::Tag(tag.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn if_match(value: Option<&str>) -> Result<IfMatch, ProblemKind> {
        let mut request = Request::get("/x");
        if let Some(value) = value {
            request = request.header("if-match", value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        IfMatch::from_request_parts(&mut parts, &())
            .await
            .map_err(|it| it.kind())
    }

    #[tokio::test]
    async fn strong_tags_are_read_and_weak_or_malformed_ones_refused() {
        assert_eq!(if_match(Some("\"7\"")).await.unwrap().version().unwrap(), Some(7));
        assert_eq!(if_match(Some("*")).await.unwrap().version().unwrap(), None);
        for odd in ["W/\"7\"", "7", "\"7", "", "\"\"", "\"7\", \"8\"", "\"a b\""] {
            assert_eq!(
                if_match(Some(odd)).await,
                Err(ProblemKind::PreconditionInvalid),
                "{odd}"
            );
        }
    }

    #[tokio::test]
    async fn a_tag_that_is_no_version_matches_nothing() {
        for odd in ["\"x\"", "\"07\"", "\"+7\"", "\"99999999999\""] {
            let problem = if_match(Some(odd)).await.unwrap().version().unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::PreconditionFailed, "{odd}");
        }
        let problem = if_match(None).await.unwrap().required_version().unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::PreconditionRequired);
    }

    #[test]
    fn a_tag_the_client_has_is_recognised() {
        assert!(IfNoneMatch(Some(Wanted::Tag("7".to_owned()))).has("7"));
        assert!(!IfNoneMatch(Some(Wanted::Tag("6".to_owned()))).has("7"));
        assert!(!IfNoneMatch(None).has("7"));
    }
}
