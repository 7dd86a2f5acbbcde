//! Refuses what HTTP libraries let through and databases choke on.
//!
//! Source: `trust.md`, trap 9: hyper and axum accept Content-Length together with Transfer-Encoding, two
//! Host headers or none, and NUL in paths. Each is refused here with a 400 before any route runs.

use crate::json::text::odd_character;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::serve::MalformedHead;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};

/// The longest path and query together, in bytes.
pub const MAX_URI_BYTES: usize = 2_048;
/// The largest body, in bytes (256 KiB).
pub const MAX_BODY_BYTES: usize = 256 * 1_024;
/// Of a body that is too large, how much is read and thrown away, in bytes (4 MiB): a client that is still sending
/// when the connection closes never sees the answer.
const MAX_THROWN_AWAY: usize = 4 * 1_024 * 1_024;

const TWO_FRAMINGS: &str =
    "Send either one Content-Length or Transfer-Encoding, not both, and end every header line with CR LF.";

/// The layer.
pub async fn layer(request: Request, next: Next) -> Response {
    if request.extensions().get::<MalformedHead>().is_some() {
        return malformed(&header::CONTENT_LENGTH, TWO_FRAMINGS).into_response();
    }
    if let Err(problem) = check(request.uri(), request.headers()) {
        let too_large = problem.kind() == ProblemKind::PayloadTooLarge;
        let mut response = problem.into_response();
        if too_large && !thrown_away(request.into_body()).await {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        return response;
    }
    // Whoever reads the body meets the limit, even when no length was announced.
    let request = request.map(|body| Body::new(Limited::new(body, MAX_BODY_BYTES)));
    next.run(request).await
}

/// Reads a body to its end, if that is not too far. Its deadline bounds the time.
async fn thrown_away(mut body: Body) -> bool {
    let mut left = MAX_THROWN_AWAY;
    while let Some(frame) = body.frame().await {
        let length = frame
            .ok()
            .and_then(|frame| frame.into_data().ok())
            .map(|data| data.len());
        match length.and_then(|length| left.checked_sub(length)) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
    true
}

fn check(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    one_host(uri, headers)?;
    one_framing(headers)?;
    let whole = uri.path_and_query().map_or("", |it| it.as_str());
    if whole.len() > MAX_URI_BYTES {
        return Err(ProblemKind::UriTooLong.into());
    }
    clean_text("path", uri.path())?;
    clean_text("query", uri.query().unwrap_or(""))?;
    body_fits(headers)
}

fn one_host(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get_all(header::HOST).iter().count() {
        1 => Ok(()),
        0 if uri.authority().is_some() => Ok(()),
        0 => Err(malformed(&header::HOST, "Send a Host header.")),
        _ => Err(malformed(&header::HOST, "Send only one Host header.")),
    }
}

fn one_framing(headers: &HeaderMap) -> Result<(), Problem> {
    let lengths = headers.get_all(header::CONTENT_LENGTH).iter().count();
    if lengths > 0 && headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(malformed(&header::CONTENT_LENGTH, TWO_FRAMINGS));
    }
    if lengths > 1 {
        return Err(malformed(
            &header::CONTENT_LENGTH,
            "Send only one Content-Length header.",
        ));
    }
    Ok(())
}

fn body_fits(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(length) = headers.get(header::CONTENT_LENGTH) else {
        return Ok(());
    };
    let length: Option<u64> = length.to_str().ok().and_then(|text| text.parse().ok());
    match length {
        Some(length) if length <= MAX_BODY_BYTES as u64 => Ok(()),
        Some(_) => Err(ProblemKind::PayloadTooLarge.into()),
        None => Err(malformed(
            &header::CONTENT_LENGTH,
            "Content-Length is not a number.",
        )),
    }
}

/// What comes after such a head may be a body to one reader and a request to another: nothing of it is read.
fn malformed(name: &HeaderName, detail: &str) -> Problem {
    Problem::new(ProblemKind::MalformedRequest)
        .header(header::CONNECTION, HeaderValue::from_static("close"))
        .detail(detail)
        .fault(Fault::new(format!("/headers/{name}"), "malformed", detail))
}

/// The path and the query must be UTF-8 without control characters, also after percent-decoding.
fn clean_text(place: &str, text: &str) -> Result<(), Problem> {
    let problem = match percent_decoded(text) {
        Some(decoded) => match odd_character(&decoded, false) {
            None => return Ok(()),
            Some(name) => format!("The {place} contains {name}. Leave it out."),
        },
        None => format!("The {place} is not valid percent-encoded UTF-8."),
    };
    let fault = Fault::new(format!("/{place}"), "odd_character", problem.clone());
    Err(Problem::new(ProblemKind::MalformedRequest)
        .detail(problem)
        .fault(fault))
}

/// Decodes `%XX`. `None` when an escape is incomplete or the result is not UTF-8.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, routing::get};
    use tower::ServiceExt;

    async fn status(request: axum::http::request::Builder) -> u16 {
        let app = Router::new()
            .route(
                "/{*rest}",
                get(|| async { "fine" }).post(|body: String| async { body }),
            )
            .layer(axum::middleware::from_fn(layer));
        app.oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    #[tokio::test]
    async fn an_honest_request_passes() {
        let request = Request::get("/a%20b/caf%C3%A9?x=%F0%9F%99%82").header("host", "h");
        assert_eq!(status(request).await, 200);
    }

    #[tokio::test]
    async fn hosts_are_counted() {
        assert_eq!(status(Request::get("/a")).await, 400);
        assert_eq!(
            status(Request::get("/a").header("host", "h").header("host", "i")).await,
            400
        );
        assert_eq!(
            status(Request::get("http://h/a")).await,
            200,
            "absolute form names its host"
        );
    }

    #[tokio::test]
    async fn two_framings_are_refused() {
        let base = || Request::post("/a").header("host", "h");
        let both = base()
            .header("content-length", "5")
            .header("transfer-encoding", "chunked");
        assert_eq!(status(both).await, 400);
        assert_eq!(status(base().header("content-length", "0")).await, 200);
        assert_eq!(status(base().header("content-length", "-1")).await, 400);
    }

    #[tokio::test]
    async fn control_characters_are_refused_however_they_are_written() {
        for odd in [
            "/a%00b",
            "/a?x=%00",
            "/a?x=%0a",
            "/%e2%80%ae",
            "/%ff",
            "/a%2",
            "/a?x=%zz",
        ] {
            assert_eq!(status(Request::get(odd).header("host", "h")).await, 400, "{odd}");
        }
    }

    #[tokio::test]
    async fn limits_answer_instead_of_dropping_the_connection() {
        let long = format!("/{}", "a".repeat(MAX_URI_BYTES));
        assert_eq!(status(Request::get(long).header("host", "h")).await, 414);
        let just = format!("/{}", "a".repeat(MAX_URI_BYTES - 1));
        assert_eq!(status(Request::get(just).header("host", "h")).await, 200);
        let big = (MAX_BODY_BYTES + 1).to_string();
        let request = Request::post("/a")
            .header("host", "h")
            .header("content-length", big);
        assert_eq!(status(request).await, 413);
    }
}
