//! By when things are to be done.

use super::{OFFER_AGAIN_WITHIN_DAYS, OFFER_APPOINTMENT_WITHIN_DAYS, RECORD_APPOINTMENT_WITHIN_DAYS};
use crate::waiting::TRIAGE_WITHIN_DAYS;

/// Days in which the service asked decides on a referral. Own reading: no source fixes it; five days keep
/// most of the three weeks after a release for the person.
pub const DECIDE_WITHIN_DAYS: i32 = 5;

/// Days in which what is unknown of a release is completed: by the first mark after release, because
/// without the residence nobody can be asked to pick the person up. Own reading.
pub const COMPLETE_RELEASE_WITHIN_DAYS: i32 = 3;

/// Days in which a used or expired kit is replaced. Own reading, after `domain.md` section 4 (an overdose
/// should trigger resupply).
pub const REPLACE_KIT_WITHIN_DAYS: i32 = 7;

/// Days in which a movement that no list explains is classified. Own reading: it may have been a release.
pub const CLASSIFY_WITHIN_DAYS: i32 = 3;

/// Days in which a conflict in the record is resolved, from the day on which it was recorded. Own reading.
pub const RESOLVE_WITHIN_DAYS: i32 = 14;

/// Days in which what follows from an overdose is gone through. Own reading: the days after an overdose are the most
/// dangerous ones, and a week is the longest that a service should take to see somebody.
pub const REVIEW_OVERDOSE_WITHIN_DAYS: i32 = 7;

/// Days in which a death that was reported is confirmed or found to be mistaken. Own reading: letters and duties have
/// stopped, which must not last for somebody who lives.
pub const CONFIRM_DEATH_WITHIN_DAYS: i32 = 7;

/// Days in which the holder of a kit of a called-back batch is told, from the recall. Own reading: the kit may not
/// work, and the next overdose does not wait.
pub const TELL_OF_RECALL_WITHIN_DAYS: i32 = 3;

/// The deadlines, in days; the default is the constants of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// [`DECIDE_WITHIN_DAYS`].
    pub decide: i32,
    /// From the referral: [`TRIAGE_WITHIN_DAYS`] (`cases.md` W2).
    pub triage: i32,
    /// [`COMPLETE_RELEASE_WITHIN_DAYS`].
    pub complete_release: i32,
    /// [`REPLACE_KIT_WITHIN_DAYS`].
    pub replace_kit: i32,
    /// [`CLASSIFY_WITHIN_DAYS`].
    pub classify: i32,
    /// [`RESOLVE_WITHIN_DAYS`].
    pub resolve: i32,
    /// [`REVIEW_OVERDOSE_WITHIN_DAYS`].
    pub review_overdose: i32,
    /// [`CONFIRM_DEATH_WITHIN_DAYS`].
    pub confirm_death: i32,
    /// [`TELL_OF_RECALL_WITHIN_DAYS`].
    pub tell_of_recall: i32,
    /// [`OFFER_APPOINTMENT_WITHIN_DAYS`].
    pub offer_appointment: i32,
    /// [`OFFER_AGAIN_WITHIN_DAYS`].
    pub offer_again: i32,
    /// [`RECORD_APPOINTMENT_WITHIN_DAYS`].
    pub record_appointment: i32,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            decide: DECIDE_WITHIN_DAYS,
            triage: TRIAGE_WITHIN_DAYS,
            complete_release: COMPLETE_RELEASE_WITHIN_DAYS,
            replace_kit: REPLACE_KIT_WITHIN_DAYS,
            classify: CLASSIFY_WITHIN_DAYS,
            resolve: RESOLVE_WITHIN_DAYS,
            review_overdose: REVIEW_OVERDOSE_WITHIN_DAYS,
            confirm_death: CONFIRM_DEATH_WITHIN_DAYS,
            tell_of_recall: TELL_OF_RECALL_WITHIN_DAYS,
            offer_appointment: OFFER_APPOINTMENT_WITHIN_DAYS,
            offer_again: OFFER_AGAIN_WITHIN_DAYS,
            record_appointment: RECORD_APPOINTMENT_WITHIN_DAYS,
        }
    }
}
