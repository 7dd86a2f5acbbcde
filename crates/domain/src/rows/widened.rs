//! More people see a record than were asked to care for its person: whoever has the person in care is told at once, and
//! the organisation whose clinician looked in an emergency has a line to review.
//!
//! Source: `trust.md`, "Who may see what": an alert at once; a review due in two working days.

use super::holders::holders;
use super::{GlassRow, Row, RowDetail, RowKind, WidenedRow, Widening, area_on};
use crate::access::review_due_on;
use crate::code::{Code, OrganisationCode};
use crate::state::{Dated, PersonState};
use jiff::ToSpan as _;
use uuid::Uuid;

/// Days for which the alert stands on the lists of those who have the person in care. Own reading: long enough for
/// somebody back from a fortnight's leave to see it.
pub const WIDENED_LISTED_DAYS: i32 = 14;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    let sight = &state.sight;
    // Where nothing was withheld the attestation gives nothing.
    let attested = sight
        .attested
        .iter()
        .filter(|one| sight.withheld.contains(&one.referral));
    for one in attested {
        let wider = Wider {
            id: one.referral.0,
            at: one.at,
            how: Widening::PresenceAttested,
            by: &one.organisation,
            reason: &one.attested,
        };
        tell_the_others(state, &wider, rows);
    }
    for one in &sight.glasses {
        let wider = Wider {
            id: one.id.0,
            at: one.at,
            how: Widening::GlassBroken,
            by: &one.organisation,
            reason: &one.reason,
        };
        tell_the_others(state, &wider, rows);
        let looked_on = one.at.date();
        let reviewed = one.reviewed.as_ref();
        rows.push(Row {
            kind: RowKind::GlassBroken,
            id: one.id.0,
            service: None,
            organisation: Some(one.organisation.clone()),
            prison: None,
            area: None,
            opened_on: looked_on,
            closed_on: None,
            primary: true,
            detail: RowDetail::Glass(GlassRow {
                user: one.user.clone(),
                reason: one.reason.clone(),
                looked_on,
                until: one.until,
                review_due_on: review_due_on(looked_on),
                reviewed: reviewed.map(|(at, by, outcome)| (at.date(), by.clone(), outcome.clone())),
            }),
        });
    }
}

struct Wider<'a> {
    id: Uuid,
    at: Dated,
    how: Widening,
    by: &'a OrganisationCode,
    reason: &'a Code,
}

/// A line for every service of another organisation that has the person in care on that day.
fn tell_the_others(state: &PersonState, wider: &Wider<'_>, rows: &mut Vec<Row>) {
    let since = wider.at.date();
    let mut primary = true;
    for holder in holders(state) {
        let there = holder.from <= since && holder.to.is_none_or(|to| since < to);
        if !there || holder.organisation == *wider.by {
            continue;
        }
        rows.push(Row {
            kind: RowKind::SightWidened,
            id: wider.id,
            service: Some(holder.service),
            organisation: Some(holder.organisation),
            prison: None,
            area: area_on(state, since),
            opened_on: since,
            closed_on: Some(since.saturating_add(WIDENED_LISTED_DAYS.days())),
            primary,
            detail: RowDetail::Widened(WidenedRow {
                how: wider.how,
                by: wider.by.clone(),
                reason: wider.reason.clone(),
            }),
        });
        primary = false;
    }
}
