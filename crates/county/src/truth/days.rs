//! Days as numbers, from 1 January 2020 on: arithmetic of its own, so that no calendar is shared with what is tested.

/// Quarters that are booked: five years.
pub const QUARTERS: u8 = 20;

const FIRST_YEAR: i32 = 2020;

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day of a number.
pub(super) fn civil(day: i32) -> (i32, i32, i32) {
    let (mut year, mut left) = (FIRST_YEAR, day);
    while left < 0 {
        year -= 1;
        left += if is_leap(year) { 366 } else { 365 };
    }
    while left >= if is_leap(year) { 366 } else { 365 } {
        left -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let mut month = 1;
    while left >= length(year, month) {
        left -= length(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

/// The number of a day of the calendar.
pub(super) fn number(year: i32, month: i32, day: i32) -> i32 {
    let years = (FIRST_YEAR..year).map(|one| if is_leap(one) { 366 } else { 365 });
    let months = (1..month).map(|one| length(year, one));
    years.chain(months).sum::<i32>() + day - 1
}

/// So many calendar months later; the end of a month rolls back.
pub(super) fn months_after(day: i32, months: i32) -> i32 {
    let (year, month, of_month) = civil(day);
    let all = year * 12 + month - 1 + months;
    let (year, month) = (all / 12, all % 12 + 1);
    number(year, month, of_month.min(length(year, month)))
}

/// First and last day of a quarter, from 0.
pub(super) fn bounds(quarter: u8) -> (i32, i32) {
    let first = months_after(0, i32::from(quarter) * 3);
    (first, months_after(first, 3) - 1)
}

/// The quarter of a day; none outside the five years.
pub(super) fn quarter_of(day: i32) -> Option<u8> {
    let (year, month, _) = civil(day);
    let quarter = (year - FIRST_YEAR) * 4 + (month - 1) / 3;
    u8::try_from(quarter).ok().filter(|quarter| *quarter < QUARTERS)
}

/// A day as it is written.
pub(super) fn written(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// First and last day of a quarter, as they are written.
pub fn quarter(quarter: u8) -> (String, String) {
    let (first, last) = bounds(quarter);
    (written(first), written(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_days_when_they_are_counted_then_they_are_those_of_the_calendar() {
        for (day, text) in [
            (0, "2020-01-01"),
            (59, "2020-02-29"),
            (60, "2020-03-01"),
            (366, "2021-01-01"),
            (-1, "2019-12-31"),
        ] {
            assert_eq!(written(day), text);
        }
        for day in -800..2_600 {
            let (year, month, of_month) = civil(day);
            assert!(day < 0 || number(year, month, of_month) == day);
        }
        assert_eq!(written(months_after(number(2023, 8, 31), 6)), "2024-02-29");
        assert_eq!(quarter(0), ("2020-01-01".into(), "2020-03-31".into()));
        assert_eq!(quarter(19), ("2024-10-01".into(), "2024-12-31".into()));
        assert_eq!(quarter_of(1_826), Some(19));
        assert_eq!((quarter_of(1_827), quarter_of(-1)), (None, None));
    }
}
