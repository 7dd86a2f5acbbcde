//! Open episodes.

use super::{EpisodeRow, Row, RowDetail, RowKind, area_on};
use crate::fact::AppointmentFor;
use crate::state::{Appointment, Episode, PersonState};
use jiff::civil::Date;

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
                key_worker: episode.key_worker().cloned(),
                on_hold_since: episode.on_hold().map(|hold| hold.since.date()),
                hold_reason: episode.on_hold().map(|hold| hold.reason.clone()),
                care_plan_review_on: episode.care_plan().map(|plan| plan.review_on),
                appointment_on: next_appointment(state, episode),
                last_seen_on: seen.map(|at| at.date()).fold(triaged_on, jiff::civil::Date::max),
            }),
        });
    }
}

/// The day of the next appointment of the episode, or of its referral, of which it is not known whether the person
/// came.
fn next_appointment(state: &PersonState, episode: &Episode) -> Option<Date> {
    let of_it = |about| match about {
        AppointmentFor::Episode(id) => id == episode.id,
        AppointmentFor::Referral(id) => episode.referral == Some(id),
    };
    let open = state
        .appointments
        .iter()
        .filter(|one| of_it(one.about) && one.outcome().is_none());
    open.map(Appointment::starts_on).min()
}
