//! The waiting list on a day, which is the last one of the period or, before it is over, the day asked for.
//!
//! Source: `cases.md` W3; `domain.md` section 8, paper 001 ("waiting list 48 → 0").

use super::{Counted, Question, asked};
use crate::rows::Row;
use crate::waiting::WaitingBand;
use crate::when::days_between;
use jiff::civil::Date;

fn day(question: &Question) -> Date {
    question.period.to.min(question.as_of)
}

pub(super) fn waiting(row: &Row, question: &Question) -> Option<Counted> {
    let on = asked(row, question) && row.is_on_list(day(question));
    on.then(|| Counted::settled(true))
}

pub(super) fn over_six_weeks(row: &Row, question: &Question) -> Option<Counted> {
    waiting(row, question)?;
    let band = WaitingBand::of(days_between(row.opened_on, day(question)));
    Some(Counted::settled(band == WaitingBand::OverSixWeeks))
}
