//! Needs, tags, placements and outreach contacts.
//!
//! Each stands only on lists of organisations that may know of it, so that filtering a list by a need or a tag tells
//! nobody more than they may see. Restricted needs have a list of their own, whose lines do not say what they are.
//!
//! Source: `domain.md` section 8; [`crate::restricted`].

use super::holders::{Holder, holders, treating};
use super::{NeedRow, OutreachRow, PlacementRow, Row, RowDetail, RowKind, TagRow, area_on};
use crate::access::sees_all_by_care;
use crate::code::{OrganisationCode, ServiceCode};
use crate::state::{Need, PersonState};
use jiff::{ToSpan, civil::Date};
use uuid::Uuid;

/// Days for which an outreach contact stays on the list, unless the same service meets the person again. Own reading:
/// meetings that go through the list are held twice a month; a quarter keeps people in sight who are seldom met.
pub const OUTREACH_LISTED_DAYS: i32 = 90;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    if !state.needs.is_empty() || !state.tags.is_empty() {
        let held = holders(state);
        for need in &state.needs {
            needs(need, state, &held, rows);
        }
        tags(state, &held, rows);
    }
    placements(state, rows);
    outreach(state, rows);
}

/// One line for each service that has the person in its care meanwhile, and one for who recorded it.
fn lines(line: &Row, held: &[Holder], own: (Option<&ServiceCode>, &OrganisationCode), rows: &mut Vec<Row>) {
    let mut primary = true;
    let mut told = false;
    for holder in held {
        let (service, organisation) = (Some(&holder.service), &holder.organisation);
        let recorded_it = organisation == own.1 && (own.0.is_none() || own.0 == service);
        told |= recorded_it;
        let opened_on = line
            .opened_on
            .max(if recorded_it { Date::MIN } else { holder.from });
        let closed_on = match (line.closed_on, holder.to.filter(|_| !recorded_it)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if closed_on.is_some_and(|closed| closed <= opened_on) {
            continue;
        }
        rows.push(Row {
            service: service.cloned(),
            organisation: Some(organisation.clone()),
            opened_on,
            closed_on,
            primary,
            ..line.clone()
        });
        primary = false;
    }
    if !told {
        rows.push(Row {
            service: own.0.cloned(),
            organisation: Some(own.1.clone()),
            primary,
            ..line.clone()
        });
    }
}

fn line(
    kind: RowKind,
    id: Uuid,
    since: Date,
    until: Option<Date>,
    detail: RowDetail,
    state: &PersonState,
) -> Row {
    Row {
        kind,
        id,
        service: None,
        organisation: None,
        prison: None,
        area: area_on(state, since),
        opened_on: since,
        closed_on: until,
        primary: true,
        detail,
    }
}

fn needs(need: &Need, state: &PersonState, held: &[Holder], rows: &mut Vec<Row>) {
    let (kind, code) = if need.restricted {
        (RowKind::RestrictedNeed, None)
    } else {
        (RowKind::Need, Some(need.code.clone()))
    };
    let detail = RowDetail::Need(NeedRow {
        need: code,
        raised_on: need.raised.date(),
        raised_by: need.organisation.clone(),
    });
    let line = line(
        kind,
        need.id.0,
        need.raised.date(),
        need.cleared_on(),
        detail,
        state,
    );
    let own = (need.service.as_ref(), &need.organisation);
    if need.restricted {
        lines(&line, &treating(state), own, rows);
    } else {
        lines(&line, held, own, rows);
    }
}

fn tags(state: &PersonState, held: &[Holder], rows: &mut Vec<Row>) {
    for tag in &state.tags {
        let detail = RowDetail::Tag(TagRow {
            tag: tag.code.clone(),
            added_by: tag.organisation.clone(),
            until: tag.until,
        });
        let line = line(
            RowKind::Tag,
            tag.id.0,
            tag.added.date(),
            tag.ends_on(),
            detail,
            state,
        );
        lines(&line, held, (None, &tag.organisation), rows);
    }
}

fn placements(state: &PersonState, rows: &mut Vec<Row>) {
    for one in &state.placements {
        let detail = RowDetail::Placement(PlacementRow {
            kind: one.kind.clone(),
            provider_service: one.provider_service.clone(),
            provider: one.provider.clone(),
            commissioner: one.commissioner.clone(),
            commissioner_area: one.commissioner_area.clone(),
            planned_until: one.planned_until,
        });
        let (started, ended) = (one.started.date(), one.ended.as_ref().map(|(at, _)| at.date()));
        rows.push(Row {
            service: Some(one.service.clone()),
            organisation: Some(one.organisation.clone()),
            ..line(RowKind::Placement, one.id.0, started, ended, detail, state)
        });
    }
}

fn outreach(state: &PersonState, rows: &mut Vec<Row>) {
    for (index, contact) in state.outreach.iter().enumerate() {
        let day = contact.at.date();
        let of_service = |one: &&crate::state::OutreachContact| one.service == contact.service;
        let next = state.outreach[index + 1..].iter().find(of_service);
        let listed_until = day.saturating_add(OUTREACH_LISTED_DAYS.days());
        let until = next.map_or(listed_until, |next| next.at.date().min(listed_until));
        let contacts = state.outreach[..=index].iter().filter(of_service).count();
        // Told to those alone who see the whole record: otherwise the list would say who is treated elsewhere.
        let sees_all = sees_all_by_care(state, &contact.organisation);
        let detail = RowDetail::Outreach(OutreachRow {
            place: contact.place.clone(),
            outcome: contact.outcome.clone(),
            contacts: u32::try_from(contacts).unwrap_or(u32::MAX),
            treatment_naive: sees_all.then(|| is_treatment_naive(state, day)),
        });
        rows.push(Row {
            service: Some(contact.service.clone()),
            organisation: Some(contact.organisation.clone()),
            ..line(
                RowKind::OutreachContact,
                contact.at.by.0,
                day,
                Some(until),
                detail,
                state,
            )
        });
    }
}

/// True when no structured treatment had started by a day, anywhere.
///
/// Source: `domain.md` section 3 ("Treatment-naïve": needs the whole history, not just one's own agency).
pub fn is_treatment_naive(state: &PersonState, day: Date) -> bool {
    let mut interventions = state.episodes.iter().flat_map(|episode| &episode.interventions);
    !interventions.any(|one| one.structured && one.started.date() <= day)
}
