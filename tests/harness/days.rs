//! Days around today: stories tell what happened some time ago, because the tests run today.

use jiff::ToSpan as _;
use jiff::civil::Date;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_domain::when::london_date;

/// Today in London.
pub fn today() -> Date {
    london_date(SystemClock.now())
}

/// Some days before today.
pub fn ago(days: i32) -> Date {
    days_from(today(), -days)
}

/// Some days after a day.
pub fn days_from(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap()
}
