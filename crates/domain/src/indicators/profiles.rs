//! What is counted of outcome profiles: due, done, and those that count for nothing.
//!
//! Source: `domain.md` section 3 (TOP); which profiles count: [`crate::profile`].

use super::{Counted, Question};
use crate::profile::{EXIT_WINDOW_DAYS, REVIEW_EVERY_DAYS, START_WINDOW_DAYS};
use crate::rows::ProfilesRow;
use crate::when::days_between;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Half-years of one episode that are looked through. Own bound: fifty years.
const MOST_HALF_YEARS: i32 = 100;

fn after(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// Done by the last day; provisional while there are days left.
fn done(on: Option<Date>, last_day: Date, question: &Question) -> Counted {
    match on.filter(|on| *on <= question.as_of) {
        Some(_) => Counted::settled(true),
        None if last_day < question.as_of => Counted::settled(false),
        None => Counted::open(false),
    }
}

pub(super) fn start_done(one: &ProfilesRow, _: Date, question: &Question) -> Option<Counted> {
    let counts = question.period.holds(one.started_on) && one.started_on <= question.as_of;
    counts.then(|| {
        done(
            one.start_done_on,
            after(one.started_on, START_WINDOW_DAYS),
            question,
        )
    })
}

/// The reviews that fall due in the period, all of them: a quarter holds one at most.
pub(super) fn reviews_done(one: &ProfilesRow, _: Date, question: &Question) -> Option<Counted> {
    let exit = one.exit_on.filter(|on| *on <= question.as_of);
    let due = (1..=MOST_HALF_YEARS)
        .map(|half_year| (half_year, after(one.started_on, half_year * REVIEW_EVERY_DAYS)))
        .take_while(|(_, due)| *due <= question.period.to && *due <= question.as_of)
        .filter(|(_, due)| question.period.from <= *due && exit.is_none_or(|exit| *due < exit));
    let all: Vec<bool> = due
        .map(|(half_year, _)| {
            let mut reviews = one.reviews.iter();
            reviews.any(|(of, on)| *of == half_year && *on <= question.as_of)
        })
        .collect();
    (!all.is_empty()).then(|| Counted::settled(all.iter().all(|done| *done)))
}

pub(super) fn exit_done(one: &ProfilesRow, _: Date, question: &Question) -> Option<Counted> {
    let on = one.exit_on.filter(|on| *on <= question.as_of && !one.died)?;
    let counts = question.period.holds(on);
    counts.then(|| done(one.exit_done_on, after(on, EXIT_WINDOW_DAYS), question))
}

/// Episodes with a profile of the period that counts for nothing, for a reason of the exception report: no start
/// profile under a review, or not exactly one service that co-ordinates.
pub(super) fn exceptions(one: &ProfilesRow, _: Date, question: &Question) -> Option<Counted> {
    let mut found = one.exceptions.iter();
    let any = found.any(|(on, _)| question.period.holds(*on) && *on <= question.as_of);
    any.then(|| Counted::settled(true))
}

/// In treatment for half a year or more on the last day of the period, without any review that counts.
pub(super) fn without_review(one: &ProfilesRow, _: Date, question: &Question) -> Option<Counted> {
    let day = question.period.to.min(question.as_of);
    let open = one.started_on <= day && one.exit_on.is_none_or(|exit| exit > day);
    let half_a_year = days_between(one.started_on, day) >= REVIEW_EVERY_DAYS;
    let reviewed = one.reviews.iter().any(|(_, on)| *on <= day);
    (open && half_a_year).then(|| Counted::settled(!reviewed))
}
