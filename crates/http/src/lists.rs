//! Lists and their cursors.
//!
//! Source: `api.md`, Adopt 10: `{ "data": [...], "pagination": {...} }`, at most 100 a page; cursors are
//! opaque and tamper-proof, never offsets. A cursor carries the position after which the next page
//! begins, and it is good only for the list and the filters for which it was made.

use crate::problem::{Fault, Problem, ProblemKind};
use aws_lc_rs::{digest, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};
use utoipa::ToSchema;

/// Items on a page when the client does not say.
pub const DEFAULT_PER_PAGE: u32 = 50;
/// Most items on a page.
pub const MAX_PER_PAGE: u32 = 100;
/// Longest cursor that is looked at, in characters.
pub const MAX_CURSOR_CHARS: usize = 512;

const VERSION: u8 = 1;
const LIST_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub data: Vec<T>,
    /// How to go on.
    pub pagination: Pagination,
}

/// How to go on in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Send this as `cursor` for the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// True when there is a next page.
    pub has_more: bool,
    /// The page size that was used.
    pub per_page: u32,
}

impl<T> Page<T> {
    /// A page from up to `per_page + 1` items: the surplus one only proves that there are more.
    /// `next` makes the cursor after the last item shown.
    pub fn from_surplus(mut items: Vec<T>, per_page: u32, next: impl FnOnce(&T) -> String) -> Self {
        let size = usize::try_from(per_page).unwrap_or(usize::MAX);
        let has_more = items.len() > size;
        items.truncate(size);
        let next_cursor = if has_more { items.last().map(next) } else { None };
        Self {
            data: items,
            pagination: Pagination {
                next_cursor,
                has_more,
                per_page,
            },
        }
    }
}

/// The page size asked for, within bounds.
pub fn per_page(asked: Option<u32>) -> u32 {
    asked.unwrap_or(DEFAULT_PER_PAGE).clamp(1, MAX_PER_PAGE)
}

/// The secret under which cursors are sealed against change.
#[derive(Clone)]
pub struct CursorKey(Arc<hmac::Key>);

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey")
    }
}

/// A list together with the filters and the organisation for which its cursors are good.
#[derive(Clone, Debug)]
pub struct CursorScope {
    key: CursorKey,
    list: [u8; LIST_BYTES],
}

impl CursorKey {
    /// From 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// The cursors of one list: its route, who asks, and every filter, in a fixed order.
    pub fn scope(&self, route: &str, parts: &[&str]) -> CursorScope {
        let mut hash = digest::Context::new(&digest::SHA256);
        for part in std::iter::once(&route).chain(parts) {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut list = [0; LIST_BYTES];
        list.copy_from_slice(&hash.finish().as_ref()[..LIST_BYTES]);
        CursorScope {
            key: self.clone(),
            list,
        }
    }
}

impl CursorScope {
    /// Writes a cursor for a position, such as the sort key of the last item shown.
    pub fn write(&self, position: &str) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.list);
        bytes.extend(position.as_bytes());
        let tag = hmac::sign(&self.key.0, &bytes);
        bytes.extend(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the position back.
    ///
    /// # Errors
    /// `cursor_invalid` when it was changed or belongs to another list, filter or organisation.
    pub fn read(&self, cursor: &str) -> Result<String, Problem> {
        self.opened(cursor).ok_or_else(|| {
            Problem::new(ProblemKind::CursorInvalid).fault(Fault::new(
                "/query/cursor",
                "cursor_invalid",
                "Expected the nextCursor of this list with the same filters.",
            ))
        })
    }

    fn opened(&self, cursor: &str) -> Option<String> {
        if cursor.len() > MAX_CURSOR_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (sealed, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        hmac::verify(&self.key.0, sealed, tag).ok()?;
        let (version, rest) = sealed.split_first()?;
        let (list, position) = rest.split_at_checked(LIST_BYTES)?;
        (*version == VERSION && list == self.list)
            .then(|| String::from_utf8(position.to_vec()).ok())
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> CursorScope {
        CursorKey::new(&[7; 32]).scope("/v1/events", &["org-a", "types=x"])
    }

    #[test]
    fn a_position_survives_the_round_trip() {
        let cursor = scope().write("2026-03-01|0190");
        assert_eq!(scope().read(&cursor).unwrap(), "2026-03-01|0190");
        assert!(!cursor.contains("2026"));
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_filter_and_organisation_only() {
        let cursor = scope().write("5");
        let key = CursorKey::new(&[7; 32]);
        for other in [
            key.scope("/v1/events", &["org-a", "types=y"]),
            key.scope("/v1/events", &["org-b", "types=x"]),
            key.scope("/v1/people", &["org-a", "types=x"]),
            key.scope("/v1/events", &["org-at", "ypes=x"]),
            CursorKey::new(&[8; 32]).scope("/v1/events", &["org-a", "types=x"]),
        ] {
            assert_eq!(
                other.read(&cursor).unwrap_err().kind(),
                ProblemKind::CursorInvalid
            );
        }
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let cursor = scope().write("12345");
        for place in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            assert!(
                scope().read(&String::from_utf8(forged).unwrap()).is_err(),
                "{place}"
            );
        }
        for odd in ["", "x", &cursor[1..], &format!("{cursor}="), &"A".repeat(600)] {
            assert!(scope().read(odd).is_err());
        }
    }

    #[test]
    fn the_surplus_item_only_proves_that_there_are_more() {
        let page = Page::from_surplus(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!(
            (page.data, page.pagination.next_cursor),
            (vec![1, 2], Some("2".to_owned()))
        );
        let last = Page::from_surplus(vec![1, 2], 2, ToString::to_string);
        assert_eq!(
            (last.pagination.has_more, last.pagination.next_cursor),
            (false, None)
        );
    }
}
