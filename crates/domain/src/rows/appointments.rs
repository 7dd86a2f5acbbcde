//! Appointments to come, and appointments missed.
//!
//! Source: `design.md` ("Worklists per service").

use super::{AppointmentRow, Row, RowDetail, RowKind, area_on};
use crate::directory::Directory;
use crate::fact::AppointmentFor;
use crate::state::{Appointment, PersonState};
use jiff::civil::Date;

/// An appointment stands on its service's list from the offer until it is known whether the person came, however long
/// ago it was: somebody has to say so. A missed one stands there until another time is offered or the person is seen.
/// Both end with the care that they are about.
pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for one in &state.appointments {
        let care_ended = state.care_ended(one.about);
        let known = one.outcome().map(|(_, at)| at.date());
        rows.push(row(
            state,
            directory,
            one,
            (RowKind::AppointmentToCome, one.offered.date()),
            earliest([known, care_ended]),
        ));
        if let Some((missed, _)) = &one.missed {
            let missed_on = missed.date();
            rows.push(row(
                state,
                directory,
                one,
                (RowKind::AppointmentMissed, missed_on),
                earliest([
                    offered_again(state, one, missed_on),
                    seen_after(state, one, missed_on),
                    care_ended,
                ]),
            ));
        }
    }
}

fn earliest<const N: usize>(days: [Option<Date>; N]) -> Option<Date> {
    days.into_iter().flatten().min()
}

/// The day on which another time was offered for the same care.
fn offered_again(state: &PersonState, missed: &Appointment, on: Date) -> Option<Date> {
    let root = state.root_of(missed.about);
    let others = state.appointments.iter().filter(|other| {
        other.id != missed.id
            && other.offered.date() >= on
            && other.starts_at > missed.starts_at
            && state.root_of(other.about) == root
    });
    others.map(|other| other.offered.date()).min()
}

/// The first day after the missed appointment on which the same service saw the person for the same care.
fn seen_after(state: &PersonState, missed: &Appointment, on: Date) -> Option<Date> {
    let root = state.root_of(missed.about);
    let triaged = match root {
        AppointmentFor::Referral(id) => state
            .referral(id)
            .and_then(|referral| referral.triaged.as_ref())
            .map(|(at, _)| at.date()),
        AppointmentFor::Episode(_) => None,
    };
    let episodes = state
        .episodes
        .iter()
        .filter(|episode| state.root_of(AppointmentFor::Episode(episode.id)) == root);
    let seen = episodes.flat_map(|episode| {
        let started = episode.interventions.iter().map(|one| one.started);
        episode.contacts.iter().copied().chain(started)
    });
    seen.map(|at| at.date())
        .chain(triaged)
        .filter(|day| *day > on)
        .min()
}

fn row(
    state: &PersonState,
    directory: &Directory,
    one: &Appointment,
    (kind, opened_on): (RowKind, Date),
    closed_on: Option<Date>,
) -> Row {
    let (referral, episode) = match (one.about, state.root_of(one.about)) {
        (AppointmentFor::Episode(episode), AppointmentFor::Referral(referral)) => {
            (Some(referral), Some(episode))
        }
        (AppointmentFor::Episode(episode), AppointmentFor::Episode(_)) => (None, Some(episode)),
        (AppointmentFor::Referral(referral), _) => (Some(referral), None),
    };
    let missed = one.missed.as_ref().filter(|_| kind == RowKind::AppointmentMissed);
    Row {
        kind,
        id: one.id.0,
        service: Some(one.service.clone()),
        organisation: directory
            .service(&one.service)
            .map(|found| found.organisation.clone()),
        prison: None,
        area: area_on(state, opened_on),
        opened_on,
        closed_on,
        primary: true,
        detail: RowDetail::Appointment(AppointmentRow {
            referral,
            episode,
            intervention: one.intervention,
            kind: one.kind.clone(),
            starts_at: one.starts_at,
            starts_on: one.starts_on(),
            times_moved: u32::try_from(one.moves.len()).unwrap_or(u32::MAX),
            missed_on: missed.map(|(at, _)| at.date()),
            reason: missed.map(|(_, reason)| reason.clone()),
        }),
    }
}
