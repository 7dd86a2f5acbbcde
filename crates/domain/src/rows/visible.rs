//! Which organisations care tied to the person, for searching and listing. Whether one of them sees the record on a
//! day is asked of [`crate::access::visibility`]: objections and restrictions may keep it out, and sharing agreements
//! are no lines here.

use super::{RelationshipRow, Row, RowDetail, RowKind, area_on};
use crate::code::{OrganisationCode, ServiceCode};
use crate::state::PersonState;
use jiff::civil::Date;
use uuid::Uuid;

/// One line per organisation, from the first acceptance or episode on.
pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    let gives = |referral| state.sight.is_given_by(referral);
    let accepted = state
        .referrals
        .iter()
        .filter(|one| gives(one.id))
        .filter_map(|one| {
            Some(Relationship {
                organisation: &one.to_organisation,
                service: &one.to_service,
                since: one.accepted?.date(),
                id: one.id.0,
                detail: RelationshipRow {
                    referral: Some(one.id),
                    episode: None,
                },
            })
        });
    let episodes = state.episodes.iter();
    let episodes = episodes.filter(|one| one.referral.is_none_or(gives));
    let treated = episodes.map(|one| Relationship {
        organisation: &one.organisation,
        service: &one.service,
        since: one.opened.date(),
        id: one.id.0,
        detail: RelationshipRow {
            referral: None,
            episode: Some(one.id),
        },
    });
    let mut all: Vec<Relationship<'_>> = accepted.chain(treated).collect();
    // Stable: of one day, what was looked at first comes first.
    all.sort_by_key(|one| (one.organisation, one.since));
    all.dedup_by_key(|one| one.organisation);
    rows.extend(all.into_iter().map(|one| Row {
        kind: RowKind::VisibleTo,
        id: one.id,
        service: Some(one.service.clone()),
        organisation: Some(one.organisation.clone()),
        prison: None,
        area: area_on(state, one.since),
        opened_on: one.since,
        closed_on: None,
        primary: true,
        detail: RowDetail::Relationship(one.detail),
    }));
}

/// What ties the person to an organisation.
struct Relationship<'a> {
    organisation: &'a OrganisationCode,
    service: &'a ServiceCode,
    since: Date,
    id: Uuid,
    detail: RelationshipRow,
}
