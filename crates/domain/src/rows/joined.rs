//! Records that were joined: whoever has the person in care is told, because more organisations see more from then on.
//!
//! Source: `trust.md`, "Who may see what": a merge widens nobody's view until a named worker attests it and the other
//! service is alerted. Lines are computed with the merge, so that the alert is there when the wider view is.

use super::holders::holders;
use super::{JoinedRow, Row, RowDetail, RowKind, area_on};
use crate::state::PersonState;
use jiff::ToSpan as _;

/// Days for which a merge stands on the lists of those who have the person in care, unless it is undone before. Own
/// reading: long enough for somebody back from a fortnight's leave to see it.
pub const JOINED_LISTED_DAYS: i32 = 14;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for merge in &state.merges {
        let since = merge.at.date();
        let listed_until = since.saturating_add(JOINED_LISTED_DAYS.days());
        let undone = merge.undone.as_ref().map(|(at, _)| at.date());
        let until = undone.map_or(listed_until, |undone| undone.min(listed_until));
        let mut primary = true;
        for holder in holders(state) {
            if holder.from > since || holder.to.is_some_and(|to| to <= since) {
                continue;
            }
            rows.push(Row {
                kind: RowKind::RecordsMerged,
                id: merge.id.0,
                service: Some(holder.service),
                organisation: Some(holder.organisation),
                prison: None,
                area: area_on(state, since),
                opened_on: since,
                closed_on: Some(until),
                primary,
                detail: RowDetail::Joined(JoinedRow {
                    by: merge.organisation.clone(),
                    attested: merge.attested.clone(),
                }),
            });
            primary = false;
        }
    }
}
