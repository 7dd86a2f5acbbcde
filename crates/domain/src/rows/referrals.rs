//! Referrals to decide on, transfers to accept, and triage due.

use super::{ReferralRow, Row, RowDetail, RowKind, TriageRow, area_on};
use crate::state::{Dated, PersonState, Referral};
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
            let ended = referral.triaged.as_ref().or(referral.withdrawn.as_ref());
            let detail = RowDetail::Triage(TriageRow {
                received_on,
                accepted_on: accepted.date(),
                due_on: received_on.saturating_add(TRIAGE_WITHIN_DAYS.days()),
                source: referral.source.clone(),
                from_organisation: referral.from_organisation.clone(),
                substances: referral.substances.clone(),
            });
            let closed_on = ended.map(|(at, _)| at.date());
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

/// When somebody decided: the first of acceptance, rejection, withdrawal and a triage without acceptance.
fn decided(referral: &Referral) -> Option<Dated> {
    let at = |decided: &Option<(Dated, _)>| decided.as_ref().map(|(at, _)| *at);
    referral
        .accepted
        .or(at(&referral.rejected))
        .or(at(&referral.triaged))
        .or(at(&referral.withdrawn))
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
