//! When something happened: a date or an instant, counted in London's civil days.
//!
//! Sources: `domain.md` (store UTC instants, count days in Europe/London civil dates), `cases.md` T2.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/London").expect("the time zone database is bundled"));

/// The civil date in London at an instant.
pub fn london_date(at: Timestamp) -> Date {
    LONDON.to_datetime(at).date()
}

/// The time of day in London at an instant, such as `14:30`.
pub fn london_time(at: Timestamp) -> String {
    LONDON.to_datetime(at).strftime("%H:%M").to_string()
}

/// The last instant of a civil day in London.
pub fn end_of_london_day(day: Date) -> Timestamp {
    day.tomorrow()
        .ok()
        .and_then(|next| next.to_zoned(LONDON.clone()).ok())
        .map_or(Timestamp::MAX, |z| {
            z.timestamp() - jiff::SignedDuration::from_nanos(1)
        })
}

/// Civil days from `from` to `to`; negative when `to` is earlier. Clock changes do not move it (T2).
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// When a fact was true, with the precision in which it was told. Many facts are dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Occurred {
    /// A civil date in London.
    On(Date),
    /// An instant.
    At(Timestamp),
}

impl Occurred {
    /// The civil date in London.
    pub fn date(self) -> Date {
        match self {
            Self::On(date) => date,
            Self::At(at) => london_date(at),
        }
    }

    /// The instant, when one was told.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::On(_) => None,
            Self::At(at) => Some(at),
        }
    }
}

/// A day, or a moment of a day, at which a question is asked ("as it was true").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// Until the end of this civil day in London.
    EndOf(Date),
    /// At this moment; facts known only by date count from the start of their day.
    Moment(Timestamp),
}

impl AsOf {
    /// The civil date in London to which days are counted.
    pub fn date(self) -> Date {
        match self {
            Self::EndOf(date) => date,
            Self::Moment(at) => london_date(at),
        }
    }

    /// True when something that happened then belongs to the answer.
    pub fn includes(self, occurred: Occurred) -> bool {
        match (self, occurred) {
            (Self::EndOf(day), happened) => happened.date() <= day,
            (Self::Moment(now), Occurred::On(date)) => date <= london_date(now),
            (Self::Moment(now), Occurred::At(at)) => at <= now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_minute_after_midnight_in_summer_belongs_to_the_new_day() {
        let at: Timestamp = "2026-06-30T23:01:00Z".parse().unwrap();
        assert_eq!(london_date(at), date(2026, 7, 1));
    }

    /// T2: the clocks go forward on 29 March 2026; day counts do not move.
    #[test]
    fn t2_day_counts_cross_the_clock_change() {
        assert_eq!(days_between(date(2026, 3, 20), date(2026, 4, 10)), 21);
    }

    #[test]
    fn the_last_instant_of_a_day_is_still_that_day() {
        for day in [date(2026, 3, 29), date(2026, 10, 25), date(2026, 2, 28)] {
            assert_eq!(london_date(end_of_london_day(day)), day);
        }
    }
}
