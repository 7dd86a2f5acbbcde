//! By when what a line asks for is to be done.

use super::{Row, RowDetail, RowKind};
use crate::continuity::{MARKS, ReleaseFacts};
use crate::directory::{Directory, Recall};
use crate::view::duties::{Deadlines, DutyKind, TELL_OF_RECALL_WITHIN_DAYS, of_row};
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
                | Self::NaloxoneToHandOver
                | Self::NaloxoneKit
                | Self::AssessmentRequired
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

impl Row {
    /// The same with what the directory knows: a kit of a batch that is called back asks for its holder to be told, for
    /// a recall is no event of a person's and changes no line.
    pub fn due_with(&self, directory: &Directory, on: Date) -> Option<(DutyKind, Date)> {
        let told_by = |recall: &Recall| {
            let since = recall.since.max(self.opened_on);
            since.saturating_add(TELL_OF_RECALL_WITHIN_DAYS.days())
        };
        let recalls = self.recalls_to_tell(directory, on);
        let soonest = recalls.map(told_by).min();
        self.due().or(soonest.map(|due| (DutyKind::TellOfRecall, due)))
    }

    /// The recalls of which the holder of the kit that the line is about has to be told on a day.
    pub fn recalls_to_tell<'d>(
        &'d self,
        directory: &'d Directory,
        on: Date,
    ) -> impl Iterator<Item = &'d Recall> {
        let held = match &self.detail {
            RowDetail::Traced(kit) => Some(kit).filter(|kit| kit.left_on.is_none_or(|left| on < left)),
            _ => None,
        };
        held.into_iter().flat_map(move |kit| {
            directory.recalls().iter().filter(move |one| {
                one.product == kit.product
                    && one.batch == kit.batch
                    && one.goes_on(on)
                    && !kit.told.contains(&one.id)
            })
        })
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
