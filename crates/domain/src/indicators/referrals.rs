//! What is counted of referrals and of waits for interventions.

use super::{Counted, Question};
use crate::reference::{is_criminal_justice, working_days_after};
use crate::rows::{AwaitedRow, ReferralMadeRow};
use crate::waiting::{TRIAGE_WITHIN_DAYS, WaitingBand, days_waited};
use crate::when::days_between;
use jiff::civil::Date;

/// Working days within which treatment is to start in Wales. Source: `domain.md` section 3.
const WALES_WORKING_DAYS: u8 = 20;

/// Which waits for an intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The first one of a journey.
    First,
    /// Every later one.
    Subsequent,
}

/// Within six weeks of a referral: known once it happened, or the last day is over.
fn within(referred: Date, happened: Option<Date>, closed: bool, question: &Question) -> Counted {
    match happened.filter(|on| *on <= question.as_of) {
        Some(on) => Counted::settled((0..=TRIAGE_WITHIN_DAYS).contains(&days_between(referred, on))),
        None if closed || days_between(referred, question.as_of) >= TRIAGE_WITHIN_DAYS => {
            Counted::settled(false)
        }
        None => Counted::open(false),
    }
}

fn asked(row: &ReferralMadeRow, question: &Question) -> bool {
    question.period.holds(row.referred_on) && row.referred_on <= question.as_of
}

fn closed(row: &ReferralMadeRow, question: &Question) -> bool {
    row.closed_on.is_some_and(|on| on <= question.as_of)
}

/// Source: `cases.md` W2.
pub(super) fn triaged(row: &ReferralMadeRow, _: Date, question: &Question) -> Option<Counted> {
    asked(row, question).then(|| within(row.referred_on, row.triaged_on, closed(row, question), question))
}

/// As [`triaged`], with the clock of the service itself: from the day on which it received the referral, also one that had
/// been sent on.
pub(super) fn triaged_since_receipt(row: &ReferralMadeRow, _: Date, question: &Question) -> Option<Counted> {
    let received = row.received_on.unwrap_or(row.referred_on);
    let counts = question.period.holds(received) && received <= question.as_of;
    counts.then(|| within(received, row.triaged_on, closed(row, question), question))
}

/// Wales: structured treatment within twenty working days of the referral. A start before the referral is invalid, and is
/// counted apart.
///
/// Source: `domain.md` section 3 ("Waiting (Wales)").
pub(super) fn treated_in_twenty_working_days(
    row: &ReferralMadeRow,
    _: Date,
    question: &Question,
) -> Option<Counted> {
    if !asked(row, question) || started_before(row) {
        return None;
    }
    let last_day = working_days_after(row.referred_on, WALES_WORKING_DAYS);
    Some(match row.structured_on.filter(|on| *on <= question.as_of) {
        Some(on) => Counted::settled(on <= last_day),
        None if closed(row, question) || question.as_of >= last_day => Counted::settled(false),
        None => Counted::open(false),
    })
}

fn started_before(row: &ReferralMadeRow) -> bool {
    row.structured_on.is_some_and(|on| on < row.referred_on)
}

/// Referrals of which the treatment began before the referral: shown, not dropped.
pub(super) fn invalid(row: &ReferralMadeRow, _: Date, question: &Question) -> Option<Counted> {
    let before = row.triaged_on.is_some_and(|on| on < row.referred_on) || started_before(row);
    (asked(row, question) && before).then(|| Counted::settled(true))
}

/// Waits of which the offer was made for a day before the referral: shown, not dropped.
pub(super) fn invalid_wait(row: &AwaitedRow, _: Date, question: &Question) -> Option<Counted> {
    let asked = question.period.holds(row.referred_on) && row.referred_on <= question.as_of;
    (asked && band(row, question).is_err()).then(|| Counted::settled(true))
}

pub(super) fn justice_triaged(row: &ReferralMadeRow, _: Date, question: &Question) -> Option<Counted> {
    is_criminal_justice(&row.source)
        .then(|| triaged(row, row.referred_on, question))
        .flatten()
}

pub(super) fn justice_treated(row: &ReferralMadeRow, _: Date, question: &Question) -> Option<Counted> {
    let counts = asked(row, question) && is_criminal_justice(&row.source) && !row.in_treatment_already;
    counts.then(|| {
        within(
            row.referred_on,
            row.structured_on,
            closed(row, question),
            question,
        )
    })
}

pub(super) fn justice_in_treatment(row: &ReferralMadeRow, _: Date, question: &Question) -> Option<Counted> {
    let counts = asked(row, question) && is_criminal_justice(&row.source);
    counts.then(|| Counted::settled(row.in_treatment_already))
}

/// The band of a wait that is over, or that has gone on for more than six weeks; `None` while it is not known.
/// A wait with an offer before the referral is invalid, and never counted.
///
/// Source: `cases.md` W1.
fn band(row: &AwaitedRow, question: &Question) -> Result<Option<WaitingBand>, ()> {
    let offered = row.offered_on.filter(|on| *on <= question.as_of);
    // A start without a noted offer was offered on that day at the latest.
    let started = row.started_on.filter(|on| *on <= question.as_of);
    let until = match (offered.and(row.offered_for), started) {
        (Some(offered), Some(started)) => offered.min(started),
        (Some(day), None) | (None, Some(day)) => day,
        (None, None) => {
            let so_far = WaitingBand::of(days_between(row.referred_on, question.as_of));
            return Ok((so_far == WaitingBand::OverSixWeeks).then_some(so_far));
        }
    };
    days_waited(row.referred_on, until)
        .map(|days| Some(WaitingBand::of(days)))
        .ok_or(())
}

fn awaited(row: &AwaitedRow, question: &Question, which: Which) -> Option<Option<WaitingBand>> {
    let counts = question.period.holds(row.referred_on)
        && row.referred_on <= question.as_of
        && row.first == (which == Which::First);
    if counts { band(row, question).ok() } else { None }
}

pub(super) fn offered_in_three_weeks(row: &AwaitedRow, question: &Question, which: Which) -> Option<Counted> {
    let over = days_between(row.referred_on, question.as_of) > 21;
    Some(match awaited(row, question, which)? {
        Some(band) => Counted::settled(band == WaitingBand::UpToThreeWeeks),
        None if over => Counted::settled(false),
        None => Counted::open(false),
    })
}

pub(super) fn waited_over_six_weeks(row: &AwaitedRow, _: Date, question: &Question) -> Option<Counted> {
    Some(match awaited(row, question, Which::First)? {
        Some(band) => Counted::settled(band == WaitingBand::OverSixWeeks),
        None => Counted::open(false),
    })
}
