//! Referrals to decide on, transfers to accept, and triage due.

use super::{ReferralRow, Row, RowDetail, RowKind, TriageRow, area_on};
use crate::fact::AppointmentFor;
use crate::state::{Appointment, Dated, PersonState, Referral};
use crate::waiting::TRIAGE_WITHIN_DAYS;
use jiff::{ToSpan, civil::Date};

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for referral in &state.referrals {
        let received_on = referral.received.date();
        let closed_on = decided(referral).map(|at| at.date());
        let detail = RowDetail::Referral(ReferralRow {
            received_on,
            source: referral.source.clone(),
            from_organisation: referral.from_organisation.clone(),
            from_service: referral.from_service.clone(),
            substances: referral.substances.clone(),
            transfer_of: referral.transfer_of,
        });
        if referral.transfer_of.is_some() {
            let line = row(
                state,
                referral,
                RowKind::TransferToAccept,
                received_on,
                closed_on,
                detail.clone(),
            );
            rows.push(line);
        }
        rows.push(row(
            state,
            referral,
            RowKind::ReferralToActOn,
            received_on,
            closed_on,
            detail,
        ));
        if let Some(accepted) = referral.accepted {
            let triaged = referral.triaged.as_ref().map(|(at, _)| *at);
            let ended = triaged.or(referral.closed());
            let first = referral.first_received.date();
            let detail = RowDetail::Triage(TriageRow {
                received_on,
                accepted_on: accepted.date(),
                due_on: first.saturating_add(TRIAGE_WITHIN_DAYS.days()),
                first_referred_on: (first != received_on).then_some(first),
                appointment_on: next_appointment(state, referral),
                nothing_offered_since: nothing_offered_since(state, referral, accepted.date()),
                source: referral.source.clone(),
                from_organisation: referral.from_organisation.clone(),
                substances: referral.substances.clone(),
            });
            let closed_on = ended.map(|at| at.date());
            rows.push(row(
                state,
                referral,
                RowKind::TriageDue,
                accepted.date(),
                closed_on,
                detail,
            ));
        }
    }
}

/// The day of the next appointment that stands: neither attended nor missed nor cancelled.
fn next_appointment(state: &PersonState, referral: &Referral) -> Option<Date> {
    let about = AppointmentFor::Referral(referral.id);
    let open = state
        .appointments
        .iter()
        .filter(|one| one.about == about && one.outcome().is_none());
    open.map(Appointment::starts_on).min()
}

/// Since when no appointment was on offer for an accepted referral: since acceptance, or since the last was called
/// off. `None` when one was offered and not called off: to come, attended, or missed, which is a duty of its own.
fn nothing_offered_since(state: &PersonState, referral: &Referral, accepted: Date) -> Option<Date> {
    let about = AppointmentFor::Referral(referral.id);
    let offered = state.appointments.iter().filter(|one| one.about == about);
    offered
        .map(|one| one.cancelled.as_ref().map(|(at, _)| at.date()))
        .try_fold(accepted, |since, cancelled| {
            cancelled.map(|cancelled| since.max(cancelled))
        })
}

/// When somebody decided: the first of acceptance, rejection, withdrawal, sending on, and a triage without acceptance.
fn decided(referral: &Referral) -> Option<Dated> {
    let at = |decided: &Option<(Dated, _)>| decided.as_ref().map(|(at, _)| *at);
    referral
        .accepted
        .or(at(&referral.rejected))
        .or(at(&referral.triaged))
        .or(at(&referral.withdrawn))
        .or(referral.sent_on.map(|(at, _)| at))
}

fn row(
    state: &PersonState,
    referral: &Referral,
    kind: RowKind,
    opened_on: Date,
    closed_on: Option<Date>,
    detail: RowDetail,
) -> Row {
    Row {
        kind,
        id: referral.id.0,
        service: Some(referral.to_service.clone()),
        organisation: Some(referral.to_organisation.clone()),
        prison: None,
        area: area_on(state, opened_on),
        opened_on,
        closed_on,
        primary: true,
        detail,
    }
}
