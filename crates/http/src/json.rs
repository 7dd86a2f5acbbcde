//! From bytes to a checked value: [`ValidJson`].
//!
//! A body passes four gates: media type and size; strict JSON ([`strict`]: depth, repeated names,
//! lengths, odd characters); the schema that the OpenAPI file publishes for its type ([`schema`]); and
//! serde. Every fault of a body is reported at once, each with its JSON pointer, and no value that was
//! sent is ever repeated in an answer. One truth: what the published schema says is what is checked.

mod faults;
pub mod schema;
pub mod strict;
pub mod text;

use crate::idempotency::{Fingerprint, fingerprint};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::serve::BodyTooSlow;
use crate::strictness::MAX_BODY_BYTES;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error;
use utoipa::ToSchema;

/// A body that fits its published schema.
///
/// `T` derives `Deserialize` with `#[serde(rename_all = "camelCase", deny_unknown_fields)]` and
/// `ToSchema` with its limits. For an optional field, absent and `null` mean the same.
#[derive(Clone, Debug)]
pub struct ValidJson<T> {
    /// The value.
    pub body: T,
    /// What an Idempotency-Key is bound to.
    pub fingerprint: Fingerprint,
}

impl<S, T> FromRequest<S> for ValidJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned + ToSchema + 'static,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_be_json(request.headers())?;
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await.map_err(unread)?;
        Ok(Self {
            body: read(&bytes)?,
            fingerprint: fingerprint(&parts.method, &parts.uri, &bytes),
        })
    }
}

/// A body that is strict JSON, as it was sent: for what is judged by more than one schema.
#[derive(Clone, Debug)]
pub struct StrictJson {
    /// The value.
    pub value: serde_json::Value,
    /// Its text.
    pub text: String,
}

impl<S: Send + Sync> FromRequest<S> for StrictJson {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_be_json(request.headers())?;
        strictly(request).await
    }
}

/// A body that is strict JSON under a media type that says so, or under `text/plain` in UTF-8: Amazon SNS sends its
/// messages as plain text and offers no other type.
#[derive(Clone, Debug)]
pub struct SentAsText(pub StrictJson);

impl<S: Send + Sync> FromRequest<S> for SentAsText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_plain_text(request.headers()) {
            must_be_json(request.headers())?;
        }
        strictly(request).await.map(Self)
    }
}

async fn strictly(request: Request) -> Result<StrictJson, Problem> {
    let bytes = axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES)
        .await
        .map_err(unread)?;
    let value = strict::parse(&bytes)?;
    // What was read as JSON is UTF-8.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(StrictJson { value, text })
}

/// Plain text in UTF-8, said once and without an encoding of the content.
fn is_plain_text(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let media_type = types.next().and_then(|value| value.to_str().ok()).unwrap_or("");
    let (essence, rest) = media_type.split_once(';').unwrap_or((media_type, ""));
    let charset = rest.trim().to_ascii_lowercase().replace('"', "");
    essence.trim().eq_ignore_ascii_case("text/plain")
        && matches!(charset.as_str(), "" | "charset=utf-8")
        && types.next().is_none()
        && !headers.contains_key(header::CONTENT_ENCODING)
}

/// Reads a value of the type from the bytes of a body.
///
/// # Errors
/// `malformed_json` or `validation_failed`, with every fault that was found.
pub fn read<T: DeserializeOwned + ToSchema + 'static>(bytes: &Bytes) -> Result<T, Problem> {
    fit(strict::parse(bytes)?)
}

/// The type's value for one that has passed [`strict::parse`].
///
/// # Errors
/// `validation_failed`, with every fault that was found.
pub fn fit<T: DeserializeOwned + ToSchema + 'static>(value: Value) -> Result<T, Problem> {
    let found = schema::of::<T>()?.faults(&value, "");
    if !found.is_empty() {
        return Err(Problem::new(ProblemKind::ValidationFailed).faults(found));
    }
    // Reached only when the published schema is looser than the type. serde's text may hold the value.
    serde_json::from_value(value).map_err(|error| {
        let category = format!("{:?} after the schema passed", error.classify());
        Problem::new(ProblemKind::ValidationFailed)
            .internal(category)
            .fault(Fault::new(
                "",
                "does_not_fit",
                "A value does not fit its field. Compare the body with the documentation.",
            ))
    })
}

fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(
            Problem::new(ProblemKind::UnsupportedMediaType).detail("Send the body without Content-Encoding.")
        );
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let media_type = types.next().and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = media_type.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") && types.next().is_none() {
        return Ok(());
    }
    Err(ProblemKind::UnsupportedMediaType.into())
}

pub(crate) fn unread(error: axum::Error) -> Problem {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(it) = cause {
        if it.is::<LengthLimitError>() {
            return ProblemKind::PayloadTooLarge.into();
        }
        if it.is::<BodyTooSlow>() {
            return Problem::new(ProblemKind::RequestTimeout)
                .header(header::CONNECTION, HeaderValue::from_static("close"));
        }
        cause = it.source();
    }
    Problem::new(ProblemKind::MalformedRequest)
        .detail("The body did not arrive whole. Send the request again.")
}

#[cfg(test)]
mod tests;
