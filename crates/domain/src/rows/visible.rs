//! Which organisations may see the person, for searching and listing: the same rule as
//! [`crate::access::has_relationship`].

use super::{RelationshipRow, Row, RowDetail, RowKind, area_on};
use crate::state::PersonState;
use std::collections::BTreeMap;

/// One line per organisation, from the first acceptance or episode on.
pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    let mut first: BTreeMap<_, Row> = BTreeMap::new();
    let referrals = state.referrals.iter().filter_map(|one| {
        let detail = RelationshipRow {
            referral: Some(one.id),
            episode: None,
        };
        Some((
            &one.to_organisation,
            &one.to_service,
            one.accepted?.date(),
            one.id.0,
            detail,
        ))
    });
    let episodes = state.episodes.iter().map(|one| {
        let detail = RelationshipRow {
            referral: None,
            episode: Some(one.id),
        };
        (
            &one.organisation,
            &one.service,
            one.opened.date(),
            one.id.0,
            detail,
        )
    });
    for (organisation, service, opened_on, id, detail) in referrals.chain(episodes) {
        if first
            .get(organisation)
            .is_some_and(|row| row.opened_on <= opened_on)
        {
            continue;
        }
        let row = Row {
            kind: RowKind::VisibleTo,
            id,
            service: Some(service.clone()),
            organisation: Some(organisation.clone()),
            prison: None,
            area: area_on(state, opened_on),
            opened_on,
            closed_on: None,
            primary: true,
            detail: RowDetail::Relationship(detail),
        };
        first.insert(organisation.clone(), row);
    }
    rows.extend(first.into_values());
}
