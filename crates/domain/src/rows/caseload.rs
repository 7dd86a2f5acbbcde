//! Open episodes.

use super::{EpisodeRow, Row, RowDetail, RowKind, area_on};
use crate::state::PersonState;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for episode in &state.episodes {
        let triaged_on = episode.opened.date();
        let seen = episode
            .contacts
            .iter()
            .chain(episode.interventions.iter().map(|one| &one.started));
        rows.push(Row {
            kind: RowKind::Caseload,
            id: episode.id.0,
            service: Some(episode.service.clone()),
            organisation: Some(episode.organisation.clone()),
            prison: None,
            area: area_on(state, triaged_on),
            opened_on: triaged_on,
            closed_on: episode.exit.as_ref().map(|exit| exit.at.date()),
            primary: true,
            detail: RowDetail::Episode(EpisodeRow {
                service_kind: episode.kind,
                referral: episode.referral,
                triaged_on,
                first_structured_start: episode.first_structured_start().map(|at| at.date()),
                interventions: episode.open_interventions().map(|one| one.code.clone()).collect(),
                last_seen_on: seen.map(|at| at.date()).fold(triaged_on, jiff::civil::Date::max),
            }),
        });
    }
}
