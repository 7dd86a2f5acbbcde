//! What the cross-person projections hold, computed from one person's state: the lines of worklists, of the
//! release list and of who may see whom.
//!
//! Each line is an interval of days, so that a list can be asked for any day, past or to come: what time
//! alone changes (a kit that expires) is a line that opens later, never an event. Lines hold coded facts and
//! dates, no names and no identifiers. They follow from the state alone and hence do not depend on the
//! order in which events arrived.
//!
//! Source: `design.md` ("Views", "Freshness"); `cases.md` W3, N2, C9, C13.

mod appointments;
mod assessments;
mod beside;
mod caseload;
mod conflicts;
mod detail;
mod due;
mod erasures;
mod figures;
mod hand_over;
mod handed_over;
mod harm;
pub(crate) mod holders;
mod joined;
mod kind;
mod kits;
mod movements;
mod naloxone;
mod outcomes;
mod owners;
mod prescriptions;
mod referrals;
mod releases;
mod steps;
#[cfg(test)]
pub(crate) mod story;
mod to_complete;
mod visible;
mod waiting;
mod widened;

pub use assessments::{ASSESS_WITHIN_DAYS, SETTLE_MISSED_WITHIN_DAYS};
pub use beside::{OUTREACH_LISTED_DAYS, is_treatment_naive};
pub(crate) use conflicts::CLASSIFIED;
pub use detail::*;
pub(crate) use figures::whom_on;
pub use handed_over::GoesOver;
pub use joined::JOINED_LISTED_DAYS;
pub use kind::RowKind;
pub use naloxone::{Need, needs_for_kits};
pub use outcomes::{
    ADULT_AT, FOLLOW_UP_PLANNED_DAYS, FOLLOW_UP_UNPLANNED_DAYS, RE_ENGAGE_MONTHS, REVIEW_NOTICE_DAYS,
    TRANSITION_FROM,
};
pub use steps::{steps, steps_of};
pub use waiting::{Wait, waits};
pub use widened::WIDENED_LISTED_DAYS;

use crate::code::{AreaCode, OrganisationCode, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::state::PersonState;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version of the rules by which lines are made, raised with every kind of line that is added: lines of before lack it,
/// and a figure over them would be too small without saying so.
pub const LINES_OF: i32 = 2;

/// One line of one list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Which list.
    pub kind: RowKind,
    /// The referral, episode, kit, plan, release or movement that the line is about.
    pub id: Uuid,
    /// On whose list; `None` when nobody owns it.
    pub service: Option<ServiceCode>,
    /// The service's organisation.
    pub organisation: Option<OrganisationCode>,
    /// The prison concerned: left, to be left, or where the movement happened.
    pub prison: Option<PrisonCode>,
    /// Authority of residence, as far as it was known on the day on which the line opens; on release, the
    /// authority of residence on release.
    pub area: Option<AreaCode>,
    /// The first day on the list.
    pub opened_on: Date,
    /// The first day no longer on the list; `None` while nothing ended it.
    pub closed_on: Option<Date>,
    /// True on exactly one of the lines with the same kind and id on any day, so that figures count it once.
    pub primary: bool,
    /// What is needed to show the line.
    pub detail: RowDetail,
}

impl Row {
    /// True on the days on which the line is on its list.
    pub fn is_on_list(&self, day: Date) -> bool {
        self.opened_on <= day && self.closed_on.is_none_or(|closed| day < closed)
    }
}

/// For how many lines room is made: a person has seven in the middle of a story, and sometimes twice as many.
const LINES: usize = 16;

/// Every line of every list that this person's state makes, in order of kind, id, service and opening, without two
/// of the same. A line that would close on the day on which it opens is on no day's list and is left out.
///
/// A death ends what is still to be done for the person, on the day of the death (`cases.md` D1: duties
/// close, and are open again when the report was mistaken, because all is computed anew).
pub fn rows(state: &PersonState, directory: &Directory) -> Vec<Row> {
    let mut rows = Vec::with_capacity(LINES);
    referrals::rows(state, &mut rows);
    waiting::rows(state, &mut rows);
    caseload::rows(state, &mut rows);
    appointments::rows(state, directory, &mut rows);
    prescriptions::rows(state, directory, &mut rows);
    naloxone::rows(state, directory, &mut rows);
    releases::rows(state, directory, &mut rows);
    movements::rows(state, directory, &mut rows);
    conflicts::rows(state, directory, &mut rows);
    harm::rows(state, directory, &mut rows);
    outcomes::rows(state, &mut rows);
    beside::rows(state, &mut rows);
    joined::rows(state, &mut rows);
    widened::rows(state, &mut rows);
    erasures::rows(state, &mut rows);
    visible::rows(state, &mut rows);
    kits::rows(state, directory, &mut rows);
    hand_over::rows(state, directory, &mut rows);
    assessments::rows(state, directory, &mut rows);
    figures::rows(state, directory, &mut rows);
    if let Some(died) = state.died.map(|died| died.date()) {
        for row in rows.iter_mut().filter(|row| row.kind.ends_with_death()) {
            row.closed_on = Some(row.closed_on.map_or(died, |closed| closed.min(died)));
        }
    }
    rows.retain(|row| row.closed_on.is_none_or(|closed| row.opened_on < closed));
    rows.sort_by(|a, b| (a.kind, a.id, &a.service).cmp(&(b.kind, b.id, &b.service)));
    rows.dedup_by(|b, a| (a.kind, a.id, &a.service) == (b.kind, b.id, &b.service));
    handed_over::rows(state, &mut rows);
    rows
}

/// The authority in which the person lived on a day, as far as it was told.
fn area_on(state: &PersonState, day: Date) -> Option<AreaCode> {
    state
        .identity
        .residence_on(day)
        .and_then(|residence| residence.area.clone())
}

#[cfg(test)]
mod tests;
