//! Erasures on which two people agreed, for the program to carry out once their day has come.

use super::{ErasureRow, Row, RowDetail, RowKind};
use crate::state::PersonState;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for one in &state.protection.erasures {
        let Some(agreed) = &one.confirmed else { continue };
        rows.push(Row {
            kind: RowKind::ErasureDue,
            id: one.id.0,
            service: None,
            organisation: Some(one.organisation.clone()),
            prison: None,
            area: None,
            opened_on: agreed.carried_out_on,
            // Taken back: on no day's list.
            closed_on: one.taken_back.as_ref().map(|_| agreed.carried_out_on),
            primary: true,
            detail: RowDetail::Erasure(ErasureRow { what: one.what }),
        });
    }
}
