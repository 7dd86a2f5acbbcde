//! Overdoses to review, and deaths to follow until their cause is known.
//!
//! Source: `domain.md` section 7; `design.md`, family Harm.

use super::owners::owned;
use super::{DeathRow, KeyWorkerRow, OverdoseRow, Row, RowDetail, RowKind, area_on};
use crate::code::ServiceCode;
use crate::directory::Directory;
use crate::fact::ServiceKind;
use crate::harm::known_then;
use crate::state::{Episode, PersonState};
use jiff::civil::Date;

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for overdose in &state.overdoses {
        let day = overdose.at.date();
        let area = area_on(state, day);
        let mut owners = treating(state, day);
        if owners.is_empty() {
            let responsible = directory.owners_of_release(area.as_ref(), None, day);
            owners = responsible
                .into_iter()
                .map(|service| service.code.clone())
                .collect();
        }
        let detail = OverdoseRow {
            happened_on: day,
            outcome: overdose.outcome.clone(),
            substances: overdose.substances.clone(),
            naloxone_given: overdose.naloxone_given,
            key_workers: key_workers(state, day),
        };
        let line = Row {
            kind: RowKind::OverdoseToReview,
            id: overdose.id.0,
            service: None,
            organisation: None,
            prison: None,
            area,
            opened_on: day,
            closed_on: overdose.reviewed.as_ref().map(|(at, _)| at.date()),
            primary: true,
            detail: RowDetail::Overdose(detail),
        };
        owned(&line, owners, directory, rows);
    }
    for death in &state.deaths {
        let day = death.at.date();
        let known = known_then(state, day);
        let mut owners = partnerships(directory, day);
        owners.extend(treating(state, day));
        let ends = [
            death.concluded.as_ref().map(|one| one.at.date()),
            death.rejected.as_ref().map(|(at, _)| at.date()),
        ];
        let detail = DeathRow {
            died_on: day,
            suspected: death.suspected.clone(),
            confirmed_on: death.confirmed.as_ref().map(|(at, _)| at.date()),
            known_to_treatment: known.treatment.as_str().to_owned(),
            after_release: known.after_release,
            after_treatment: known.after_treatment,
        };
        let line = Row {
            kind: RowKind::DeathToFollow,
            id: death.id.0,
            service: None,
            organisation: None,
            prison: None,
            area: area_on(state, day),
            opened_on: day,
            closed_on: ends.into_iter().flatten().min(),
            primary: true,
            detail: RowDetail::Death(detail),
        };
        owned(&line, owners, directory, rows);
    }
}

/// The services with an open episode on a day, or one that ended on it: a death ends an episode.
fn treating(state: &PersonState, day: Date) -> Vec<ServiceCode> {
    open_on(state, day)
        .map(|one| state.provider_on(&one.service, day).clone())
        .collect()
}

fn open_on(state: &PersonState, day: Date) -> impl Iterator<Item = &Episode> {
    state.episodes.iter().filter(move |one| {
        one.opened.date() <= day && one.exit.as_ref().is_none_or(|exit| exit.at.date() >= day)
    })
}

/// Who is responsible for the person's care where an episode is open.
fn key_workers(state: &PersonState, day: Date) -> Vec<KeyWorkerRow> {
    let named = open_on(state, day).filter_map(|one| {
        Some(KeyWorkerRow {
            service: state.provider_on(&one.service, day).clone(),
            key_worker: one.key_worker()?.clone(),
        })
    });
    named.collect()
}

/// The partnerships that work on a day.
pub(super) fn partnerships(directory: &Directory, day: Date) -> Vec<ServiceCode> {
    let working = directory
        .services()
        .filter(|service| service.kind == ServiceKind::Partnership && service.works_on(day));
    working.map(|service| service.code.clone()).collect()
}
