//! By when what a line asks for is to be done.

use super::{Row, RowDetail, RowKind};
use crate::continuity::{MARKS, ReleaseFacts};
use crate::view::duties::{Deadlines, DutyKind, of_row};
use jiff::ToSpan as _;
use jiff::civil::Date;

impl RowKind {
    /// True when lines of the list may ask for something by a day; a list of any other kind cannot be put in that order.
    pub fn has_due_days(self) -> bool {
        matches!(
            self,
            Self::ReferralToActOn
                | Self::TriageDue
                | Self::Caseload
                | Self::AppointmentToCome
                | Self::AppointmentMissed
                | Self::PrescriptionToTakeOver
                | Self::PrescribedTwice
                | Self::NaloxoneToReplace
                | Self::Release
                | Self::ReleaseToComplete
                | Self::MovementToClassify
                | Self::ConflictToSettle
                | Self::OverdoseToReview
                | Self::DeathToFollow
                | Self::StartProfileDue
                | Self::OutcomeReviewDue
                | Self::FollowUpDue
                | Self::TransitionDue
        )
    }
}

impl Row {
    /// What the line asks for and the last day on which it is done in time, by the deadlines of this program; `None`
    /// when it asks for nothing.
    ///
    /// A release asks for somebody who takes the person on by the first mark after it, and then for the pick-up by the
    /// last one (`design.md`, "Continuity": what nobody acknowledges escalates).
    pub fn due(&self) -> Option<(DutyKind, Date)> {
        if !self.kind.has_due_days() {
            return None;
        }
        match &self.detail {
            RowDetail::Release(facts) => after_release(facts).map(|due| (DutyKind::ContactAfterRelease, due)),
            _ => of_row(self, &Deadlines::default()),
        }
    }
}

fn after_release(facts: &ReleaseFacts) -> Option<Date> {
    let settled = facts.first_structured_start.is_some()
        || facts.first_seen_again.is_some()
        || facts.returned.is_some()
        || facts.died_on.is_some()
        || facts.next_release_on.is_some();
    if settled {
        return None;
    }
    let accepted = facts
        .referral
        .as_ref()
        .is_some_and(|referral| referral.accepted_on.is_some());
    let acknowledged = accepted || facts.open_episode.is_some() || facts.first_triage.is_some();
    let mark = if acknowledged {
        MARKS[MARKS.len() - 1]
    } else {
        MARKS[0]
    };
    Some(facts.released_on.saturating_add(mark.days()))
}
