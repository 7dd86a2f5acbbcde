//! The answer to a read: its headers, its refusals, and the cursor of lists in order of day and id.

use super::asking::X_LOG_POSITION;
use super::wire::{DateWire, NamesWire};
use crate::lists::CursorScope;
use crate::preconditions::etag;
use crate::problem::{Problem, ProblemBody, ProblemKind};
use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::state::IdentityState;
use utoipa::{IntoResponses, ToSchema};
use uuid::Uuid;

/// The other answers that every read may give.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the OpenAPI generator only")]
pub enum ReadRefused {
    /// The request is not understood, not allowed, or there is nothing here that you may see.
    #[response(status = "4XX", content_type = "application/problem+json")]
    Refused(ProblemBody),
    /// Not available at the moment; try again after the time in Retry-After.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// 200 with the position up to which it is true.
pub fn shown(body: impl Serialize, position: u64) -> Response {
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(X_LOG_POSITION, HeaderValue::from(position));
    response
}

/// As [`shown`], with the entity tag of the record.
pub fn shown_tagged(body: impl Serialize, position: u64, tag: &str) -> Response {
    let mut response = shown(body, position);
    response.headers_mut().insert(header::ETAG, etag(tag));
    response
}

/// The entity tag of an answer that counts days to today: the version and the day, because the answer changes
/// overnight though nothing was recorded.
pub fn tag_of_day(version: &str, today: Date) -> String {
    format!("{version}.{today}")
}

/// The version in an entity tag, whatever day it was given on: what `If-Match` is about.
pub fn version_part(tag: &str) -> &str {
    tag.split_once('.').map_or(tag, |(version, _)| version)
}

/// The names and date of birth to show, for those who see identity.
pub fn who(identity: Option<&IdentityState>) -> (Option<NamesWire>, Option<DateWire>) {
    let names = identity
        .and_then(|identity| identity.names.last())
        .map(|names| NamesWire {
            given: names.given.clone(),
            family: names.family.clone(),
        });
    (
        names,
        identity.and_then(|identity| identity.date_of_birth).map(DateWire),
    )
}

/// In the place of somebody whose record is sealed from the caller: whom to ask.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealedWire {
    /// The organisation whose privacy officer says who it is to those who have to act.
    pub ask: String,
    /// What it means, for people.
    pub says: String,
}

impl From<OrganisationCode> for SealedWire {
    fn from(ask: OrganisationCode) -> Self {
        Self {
            says: format!("This record is sealed. To act on it, ask the privacy officer of {ask}."),
            ask: ask.to_string(),
        }
    }
}

/// Writes the cursor after a row.
pub fn write_place(scope: &CursorScope, (day, id): (Date, Uuid)) -> String {
    scope.write(&format!("{day}|{id}"))
}

/// Reads the row after which the page begins.
///
/// # Errors
/// `cursor_invalid`.
pub fn read_place(scope: &CursorScope, cursor: Option<&str>) -> Result<Option<(Date, Uuid)>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = scope.read(cursor)?;
    let place = place
        .split_once('|')
        .and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    place
        .map(Some)
        .ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::CursorKey;
    use jiff::civil::date;

    #[test]
    fn a_tag_of_yesterday_is_another_tag_of_the_same_version() {
        let day = date(2026, 3, 1);
        let tag = tag_of_day("0e1c62a57d4f5b8a", day);
        assert_ne!(tag, tag_of_day("0e1c62a57d4f5b8a", date(2026, 3, 2)));
        assert_eq!(version_part(&tag), "0e1c62a57d4f5b8a");
        assert_eq!(version_part("0e1c62a57d4f5b8a"), "0e1c62a57d4f5b8a");
    }

    #[test]
    fn a_place_survives_the_cursor() {
        let scope = CursorKey::new(&[7; 32]).scope("/v1/x", &["org"]);
        let place = (date(2026, 3, 1), Uuid::from_u128(5));
        assert_eq!(
            read_place(&scope, Some(&write_place(&scope, place))).unwrap(),
            Some(place)
        );
        assert_eq!(read_place(&scope, None).unwrap(), None);
        for odd in ["", "2026-03-01", "x|y"] {
            let problem = read_place(&scope, Some(&scope.write(odd))).unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::CursorInvalid, "{odd}");
        }
    }
}
