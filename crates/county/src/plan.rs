//! What county to make.

use crate::error::CountyError;
use jiff::{Timestamp, ToSpan, civil::Date};
use throughcare_domain::when::{days_between, end_of_london_day};

/// What county to make. The same plan gives the same county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where chance starts from.
    pub seed: u64,
    /// How many people: 1 to [`Plan::MOST_PEOPLE`].
    pub people: u32,
    /// The first day on which anything happens to anybody. The directory is recorded a week earlier.
    pub from: Date,
    /// The day on which the county is looked at. Everything is recorded before this day begins in London,
    /// so that what is recorded from then on is later than all of it.
    pub until: Date,
}

impl Plan {
    /// As many people as there are synthetic NHS numbers, rounded down.
    pub const MOST_PEOPLE: u32 = 890_000;

    /// Fewest days from `from` to `until`: shorter, and no story could end.
    pub const FEWEST_DAYS: i32 = 180;

    /// Three years up to a day.
    pub fn three_years(seed: u64, people: u32, until: Date) -> Self {
        let from = until.checked_sub(3.years()).unwrap_or(until);
        Self {
            seed,
            people,
            from,
            until,
        }
    }

    /// The instant at which `until` begins: everything is recorded before it.
    pub fn end(&self) -> Timestamp {
        start_of(self.until)
    }

    pub(crate) fn check(&self) -> Result<(), CountyError> {
        if !(1..=Self::MOST_PEOPLE).contains(&self.people) {
            return Err(CountyError::Plan("give 1 to 890,000 people"));
        }
        if days_between(self.from, self.until) < Self::FEWEST_DAYS {
            return Err(CountyError::Plan(
                "give at least 180 days between the first and the last day",
            ));
        }
        if self.from < jiff::civil::date(1990, 1, 1) || self.until > jiff::civil::date(2090, 1, 1) {
            return Err(CountyError::Plan("give days between 1990 and 2090"));
        }
        Ok(())
    }
}

/// The first instant of a day in London.
pub(crate) fn start_of(day: Date) -> Timestamp {
    let yesterday = day.yesterday().unwrap_or(day);
    end_of_london_day(yesterday) + jiff::SignedDuration::from_nanos(1)
}
