//! Prescriptions to take over, and those that two services write at once.
//!
//! Source: `design.md` ("Continuity").

use super::harm::partnerships;
use super::owners::owned;
use super::{BridgeRow, Row, RowDetail, RowKind, TwiceRow, TwiceSide, area_on};
use crate::code::ServiceCode;
use crate::directory::Directory;
use crate::fact::ServiceKind;
use crate::journey::CHAIN_DAYS;
use crate::prescribing::{Prescription, prescribed_twice};
use crate::reference::is_pharmacological;
use crate::state::{Bridge, Episode, PersonState};
use jiff::{ToSpan, civil::Date};

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for episode in &state.episodes {
        for bridge in &episode.bridges {
            let opened_on = bridge.at.date();
            let line = Row {
                kind: RowKind::PrescriptionToTakeOver,
                id: bridge.id().0,
                service: None,
                organisation: None,
                prison: None,
                area: area_on(state, opened_on),
                opened_on,
                closed_on: taken_over(state, episode, bridge),
                primary: true,
                detail: RowDetail::Bridge(BridgeRow {
                    episode: episode.id,
                    from_service: episode.service.clone(),
                    medicine: bridge.medicine.clone(),
                    from: bridge.from,
                    until: bridge.until,
                }),
            };
            owned(
                &line,
                receivers(state, directory, episode, bridge),
                directory,
                rows,
            );
        }
    }
    for twice in prescribed_twice(state) {
        let side = |one: &Prescription<'_>| TwiceSide {
            service: one.episode.service.clone(),
            episode: one.episode.id,
            since: one.from,
            code: one.code().clone(),
        };
        let mut owners: Vec<ServiceCode> = twice.services().map(Clone::clone).into();
        owners.extend(partnerships(directory, twice.from));
        let line = Row {
            kind: RowKind::PrescribedTwice,
            id: twice.id(),
            service: None,
            organisation: None,
            prison: None,
            area: area_on(state, twice.from),
            opened_on: twice.from,
            closed_on: twice.over,
            primary: true,
            detail: RowDetail::Twice(TwiceRow {
                first: side(&twice.first),
                second: side(&twice.second),
            }),
        };
        owned(&line, owners, directory, rows);
    }
}

/// Who is to take over: the service named; else the ones to which the episode is handed over; else those with an open
/// episode in the community; else who is responsible for the residence.
fn receivers(
    state: &PersonState,
    directory: &Directory,
    episode: &Episode,
    bridge: &Bridge,
) -> Vec<ServiceCode> {
    if let Some(named) = &bridge.to_service {
        return vec![named.clone()];
    }
    let handed_over = state
        .referrals
        .iter()
        .filter(|one| one.transfer_of == Some(episode.id) && one.closed().is_none());
    let mut services: Vec<ServiceCode> = handed_over.map(|one| one.to_service.clone()).collect();
    if services.is_empty() {
        let others = state.episodes.iter().filter(|other| {
            other.kind.treats_in_community() && other.exit.is_none() && other.service != episode.service
        });
        services.extend(others.map(|other| other.service.clone()));
    }
    if services.is_empty() {
        let area = area_on(state, bridge.from);
        let responsible = directory.owners_of_release(area.as_ref(), None, bridge.from);
        services.extend(responsible.into_iter().map(|service| service.code.clone()));
    }
    services
}

/// When nothing is left to take over: another episode's pharmacological treatment began, a newer prescription takes
/// the place of this one, somebody from prison came back there, or it ended [`CHAIN_DAYS`] ago, as a transfer that
/// nobody picked up is lost then. The last is an own reading: what begins later is a start and not a taking over.
fn taken_over(state: &PersonState, episode: &Episode, bridge: &Bridge) -> Option<Date> {
    let made = bridge.at.date();
    let others = state.episodes.iter().filter(|other| other.id != episode.id);
    let began = others
        .flat_map(|other| &other.interventions)
        .filter(|one| is_pharmacological(&one.code))
        .map(|one| one.started.date())
        .filter(|day| *day >= made);
    let renewed = episode
        .bridges
        .iter()
        .skip_while(|other| other.id() != bridge.id())
        .skip(1)
        .map(|other| other.at.date());
    let back = state
        .custody
        .spells
        .iter()
        .map(|spell| spell.began.date())
        .filter(|day| *day > made && episode.kind == ServiceKind::Prison);
    let lapsed = bridge.until.saturating_add((CHAIN_DAYS + 1).days());
    began.chain(renewed).chain(back).chain([lapsed]).min()
}
