//! Kits to replace.
//!
//! Source: `cases.md` N2 (a kit used on somebody: a replacement is due); `domain.md` section 4 (expiry is
//! read from the pack).

use super::{KitRow, Row, RowDetail, RowKind, area_on};
use crate::directory::Directory;
use crate::state::{Dated, Kit, PersonState};
use crate::when::Occurred;
use jiff::civil::Date;

/// A kit that was supplied and needs replacing from some day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need<'a> {
    /// The kit.
    pub kit: &'a Kit,
    /// When the person got it.
    pub supplied: Dated,
    /// The first day on which it needs replacing: the day of use, the day after its expiry, or the day on which it
    /// was lost or taken away.
    pub from: Date,
    /// The kit that replaced it.
    pub replaced_by: Option<&'a Kit>,
}

impl Need<'_> {
    /// The day on which the need was met.
    pub fn met_on(&self) -> Option<Date> {
        let supplied = self.replaced_by?.supplied?.date();
        Some(supplied.max(self.from))
    }
}

/// The replacement that each supplied kit needs, now or when it expires, in the order in which it is needed.
///
/// One kit replaces one: first those that were issued as the replacement of a named kit; then each other
/// kit that was supplied later than the old one, and on or after the day of need, meets the need that arose
/// first.
pub fn needs_for_kits(state: &PersonState) -> Vec<Need<'_>> {
    let mut needs: Vec<Need<'_>> = state.kits.iter().filter_map(need).collect();
    needs.sort_by_key(|need| (need.from, need.supplied.date(), need.kit.id));
    let mut spare: Vec<&Kit> = state.kits.iter().filter(|kit| kit.supplied.is_some()).collect();
    spare.sort_by_key(|kit| (kit.supplied.map(|at| at.date()), kit.id));
    for need in &mut needs {
        if let Some(index) = spare.iter().position(|kit| kit.replaces == Some(need.kit.id)) {
            need.replaced_by = Some(spare.remove(index));
        }
    }
    spare.retain(|kit| kit.replaces.is_none());
    for need in needs.iter_mut().filter(|need| need.replaced_by.is_none()) {
        if let Some(index) = spare.iter().position(|kit| meets(kit, need)) {
            need.replaced_by = Some(spare.remove(index));
        }
    }
    needs
}

fn need(kit: &Kit) -> Option<Need<'_>> {
    let supplied = kit.supplied?;
    let expired = kit.pack.expires_on.tomorrow().ok();
    let from = kit
        .used
        .as_ref()
        .map(|used| used.at.date())
        .into_iter()
        .chain(expired)
        .chain(kit.gone().map(|gone| gone.since.date()))
        .min()?;
    Some(Need {
        kit,
        supplied,
        from: from.max(supplied.date()),
        replaced_by: None,
    })
}

fn meets(kit: &Kit, need: &Need<'_>) -> bool {
    let Some(supplied) = kit.supplied else {
        return false;
    };
    let in_time = match need.kit.used.as_ref().map(|used| used.at.occurred) {
        Some(used) if used.date() == need.from => !later(used, supplied.occurred),
        _ => need.from <= supplied.date(),
    };
    kit.id != need.kit.id && later(supplied.occurred, need.supplied.occurred) && in_time
}

/// True when `a` is surely later than `b`; of one day, only two instants can be compared.
fn later(a: Occurred, b: Occurred) -> bool {
    match (a.instant(), b.instant()) {
        (Some(a), Some(b)) => a > b,
        _ => a.date() > b.date(),
    }
}

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for need in needs_for_kits(state) {
        let service = &need.kit.service;
        rows.push(Row {
            kind: RowKind::NaloxoneToReplace,
            id: need.kit.id.0,
            service: Some(service.clone()),
            organisation: directory.service(service).map(|found| found.organisation.clone()),
            prison: None,
            area: area_on(state, need.from),
            opened_on: need.from,
            closed_on: need.met_on(),
            primary: true,
            detail: RowDetail::Kit(KitRow {
                product: need.kit.pack.product.clone(),
                batch: need.kit.pack.batch.clone(),
                expires_on: need.kit.pack.expires_on,
                supplied_on: need.supplied.date(),
                used_on: need.kit.used.as_ref().map(|used| used.at.date()),
                gone_on: need.kit.gone().map(|gone| gone.since.date()),
                replaced_by: need.replaced_by.map(|kit| kit.id),
            }),
        });
    }
}
