//! The feed as server-sent events: each event as it is recorded, for as long as the caller may see it.

use super::event::wire;
use crate::problem::{Problem, ProblemKind};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream::unfold;
use std::convert::Infallible;
use std::fmt::Write as _;
use throughcare_app::live::{Following, Next, TooMany};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::Role;
use throughcare_domain::stream::StreamKind;

/// The media type.
pub const EVENT_STREAM: &str = "text/event-stream";
/// The header with which a client that was cut off says what it has had.
pub const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// After how many milliseconds a client that was cut off comes again.
const RETRY: u32 = 2_000;

/// What a client has had, by the header it sends when it comes again.
///
/// # Errors
/// `validation_failed` for what is no id of this stream.
pub fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(&LAST_EVENT_ID) else {
        return Ok(None);
    };
    let position = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    match position.filter(|position| *position <= 999_999_999_999_999_999) {
        Some(position) => Ok(Some(position)),
        None => Err(
            Problem::new(ProblemKind::ValidationFailed).fault(crate::problem::Fault::new(
                "/headers/Last-Event-ID",
                "bad_format",
                "Expected the id of the last event that came on this stream.",
            )),
        ),
    }
}

/// Too many follow.
pub fn refused(many: TooMany) -> Problem {
    match many {
        TooMany::OfClient => Problem::new(ProblemKind::TooManyRequests)
            .detail("This client follows the feed too often already. End a stream first."),
        TooMany::Here => Problem::new(ProblemKind::Unavailable)
            .detail("Too many follow the feed at the moment. Try again after the time in Retry-After."),
    }
}

/// The stream. A piece is made when the one before has been taken, so that whoever reads slowly holds one piece.
pub fn stream(following: Following, organisation: OrganisationCode, role: Role) -> Response {
    let first = format!("retry: {RETRY}\n\n");
    let pieces = unfold((Some(following), Some(first)), move |(following, first)| {
        let organisation = organisation.clone();
        async move {
            if let Some(first) = first {
                return Some((Ok::<_, Infallible>(Bytes::from(first)), (following, None)));
            }
            let mut following = following?;
            let piece = match following.next().await {
                Ok(Next::Events { events, known }) => {
                    let mut piece = String::new();
                    for event in &events {
                        let stream = event.envelope.stream;
                        let known = role == Role::Auditor
                            || stream.kind != StreamKind::Person
                            || known.contains(&stream);
                        let wire = wire(event, &organisation, role == Role::Auditor, known);
                        let data = serde_json::to_string(&wire).unwrap_or_default();
                        // A String takes anything.
                        let _ = write!(
                            piece,
                            "id: {}\nevent: {}\ndata: {data}\n\n",
                            wire.position, wire.event_type
                        );
                    }
                    piece
                }
                Ok(Next::Quiet(position)) => format!("id: {position}\n: all is well\n\n"),
                Ok(Next::Over) => return None,
                Err(error) => {
                    tracing::warn!(%error, "a stream ends: what comes next could not be shown");
                    return None;
                }
            };
            Some((Ok(Bytes::from(piece)), (Some(following), None)))
        }
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_the_last_event_is_a_position() {
        let headers =
            |text: &'static str| HeaderMap::from_iter([(LAST_EVENT_ID, HeaderValue::from_static(text))]);
        assert_eq!(last_event_id(&HeaderMap::new()).unwrap(), None);
        assert_eq!(last_event_id(&headers("17")).unwrap(), Some(17));
        for odd in ["", "-1", "x", "1.5", "99999999999999999999"] {
            let problem = last_event_id(&headers(odd)).unwrap_err();
            assert_eq!(problem.errors()[0].pointer, "/headers/Last-Event-ID", "{odd}");
        }
    }
}
