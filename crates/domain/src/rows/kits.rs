//! Kits that clients got, each to be found by its batch.
//!
//! Source: `cases.md` N1 ("who holds batch X"); `design.md`, "Streams".

use super::{Row, RowDetail, RowKind, TracedKitRow, area_on};
use crate::directory::Directory;
use crate::state::{Kit, PersonState};
use jiff::civil::Date;

/// One line for each kit, on the list of the service that gave it.
pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for kit in &state.kits {
        let Some(left_the_shelf) = kit.left_the_shelf() else {
            continue;
        };
        let day = left_the_shelf.date();
        let mut told: Vec<_> = kit
            .notices
            .iter()
            .filter(|one| one.reached)
            .map(|one| one.recall)
            .collect();
        told.sort_unstable();
        rows.push(Row {
            kind: RowKind::NaloxoneKit,
            id: kit.id.0,
            service: Some(kit.service.clone()),
            organisation: directory
                .service(&kit.service)
                .map(|found| found.organisation.clone()),
            prison: None,
            area: area_on(state, day),
            opened_on: day,
            closed_on: None,
            primary: true,
            detail: RowDetail::Traced(TracedKitRow {
                product: kit.pack.product.clone(),
                batch: kit.pack.batch.clone(),
                expires_on: kit.pack.expires_on,
                in_property: kit.supplied.is_none(),
                left_on: left_on(state, kit),
                told,
            }),
        });
    }
}

/// The first day on which the person had the kit no longer. An expired kit is still in their hands.
fn left_on(state: &PersonState, kit: &Kit) -> Option<Date> {
    let used = kit.used.as_ref().map(|used| used.at.date());
    let gone = kit.gone().map(|gone| gone.since.date());
    let died = state.died.map(|died| died.date());
    [used, gone, died].into_iter().flatten().min()
}
