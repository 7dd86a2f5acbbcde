//! Which days are working days in England and Wales.
//!
//! Rows of lists are computed without a code list at hand, so bank holidays are read once from the list that comes with
//! the program, as the meaning of codes is (`prescribing.rs`). The government publishes them some two years ahead: of a
//! year that the list does not have, Saturdays and Sundays alone are no working days, so that something is due sooner
//! rather than later (own reading).
//!
//! Source: `www.gov.uk/bank-holidays`, England and Wales; Banking and Financial Dealings Act 1971, Schedule 1.

use super::{CodeList, ReferenceData};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The list of bank holidays: the code is the day.
pub const BANK_HOLIDAYS: &str = "bank-holidays";

static DAYS: LazyLock<BTreeSet<Date>> = LazyLock::new(|| {
    let data = ReferenceData::bundled();
    let entries = data
        .list(BANK_HOLIDAYS)
        .map(CodeList::entries)
        .unwrap_or_default();
    let days = entries
        .iter()
        .filter_map(|entry| entry.code.as_str().parse().ok());
    days.collect()
});

/// True for a day on which offices work: no Saturday, no Sunday, no bank holiday.
pub fn is_working_day(day: Date) -> bool {
    day.weekday().to_monday_one_offset() <= 5 && !DAYS.contains(&day)
}

/// The working day so many working days after a day.
pub fn working_days_after(day: Date, count: u8) -> Date {
    let (mut day, mut left) = (day, count);
    while left > 0 && day < Date::MAX {
        day = day.saturating_add(1.day());
        if is_working_day(day) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date};

    /// Sunday of Easter, by the rule of the Gregorian calendar (Meeus, Jones and Butcher).
    fn easter(year: i16) -> Date {
        let year_wide = i32::from(year);
        let (a, b, c) = (year_wide % 19, year_wide / 100, year_wide % 100);
        let g = (b - (b + 8) / 25 + 1) / 3;
        let h = (19 * a + b - b / 4 - g + 15) % 30;
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        let m = (a + 11 * h + 22 * l) / 451;
        let sum = h + l - 7 * m + 114;
        date(year, (sum / 31) as i8, (sum % 31 + 1) as i8)
    }

    #[test]
    fn every_entry_is_a_weekday_and_every_year_has_its_eight_and_what_was_added() {
        let data = ReferenceData::bundled();
        assert_eq!(data.list(BANK_HOLIDAYS).unwrap().entries().len(), DAYS.len());
        for day in DAYS.iter() {
            assert!(day.weekday().to_monday_one_offset() <= 5, "{day}");
        }
        for year in 2018..=2028 {
            let of_year = DAYS.iter().filter(|day| day.year() == year).count();
            // The jubilee and the funeral of 2022, the coronation of 2023.
            let expected = match year {
                2022 => 10,
                2023 => 9,
                _ => 8,
            };
            assert_eq!(of_year, expected, "{year}");
            let sunday = easter(year);
            assert!(!is_working_day(sunday.saturating_sub(2.days())), "{year}");
            assert!(!is_working_day(sunday.saturating_add(1.day())), "{year}");
            assert!(
                is_working_day(sunday.saturating_add(2.days())),
                "{year}: the control"
            );
            let mondays = |month: i8| {
                let first = date(year, month, 1);
                let days = (0..31).map(move |more: i64| first.saturating_add(more.days()));
                days.filter(move |day| day.month() == month && day.weekday() == Weekday::Monday)
            };
            assert!(
                mondays(8).next_back().is_some_and(|last| !is_working_day(last)),
                "{year}"
            );
            let (first, moved) = (mondays(5).next().unwrap(), date(2020, 5, 8));
            let early = if year == 2020 { moved } else { first };
            assert!(!is_working_day(early), "{year}");
        }
    }

    #[test]
    fn working_days_pass_over_weekends_and_bank_holidays() {
        assert_eq!(working_days_after(date(2026, 3, 6), 2), date(2026, 3, 10));
        assert_eq!(working_days_after(date(2026, 4, 2), 1), date(2026, 4, 7));
        assert_eq!(working_days_after(date(2027, 12, 24), 2), date(2027, 12, 30));
        assert_eq!(working_days_after(date(2026, 3, 6), 0), date(2026, 3, 6));
        // Of years that are not in the list, weekends alone are known.
        assert_eq!(working_days_after(date(2040, 12, 24), 1), date(2040, 12, 25));
    }
}
