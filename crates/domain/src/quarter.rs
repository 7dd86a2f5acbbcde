//! Calendar quarters, by which partnerships are told of figures.

use crate::indicators::Period;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// A calendar quarter, such as `2026Q2`: April to June 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: i8,
}

impl Quarter {
    /// Reads `2026Q2`. Years from 1901 to 2098, so that the ones before and after are dates too.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once('Q')?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|it| it.is_ascii_digit());
        if !digits(year, 4) || !digits(number, 1) {
            return None;
        }
        let quarter = Self {
            year: year.parse().ok()?,
            number: number.parse().ok()?,
        };
        ((1901..=2098).contains(&quarter.year) && (1..=4).contains(&quarter.number)).then_some(quarter)
    }

    /// Its days.
    pub fn period(self) -> Period {
        let from = Date::constant(self.year, self.number * 3 - 2, 1);
        let last = from.saturating_add(2.months()).last_of_month();
        Period { from, to: last }
    }

    /// The one before.
    pub fn before(self) -> Self {
        match self.number {
            1 => Self {
                year: self.year - 1,
                number: 4,
            },
            number => Self {
                number: number - 1,
                ..self
            },
        }
    }

    /// So many up to this one, oldest first.
    pub fn up_to(self, count: usize) -> Vec<Self> {
        let mut all: Vec<_> = std::iter::successors(Some(self), |it| Some(it.before()))
            .take(count)
            .collect();
        all.reverse();
        all
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}Q{}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_quarter_is_three_months() {
        let quarter = Quarter::parse("2026Q1").unwrap();
        assert_eq!(
            quarter.period(),
            Period {
                from: date(2026, 1, 1),
                to: date(2026, 3, 31)
            }
        );
        assert_eq!(quarter.before().to_string(), "2025Q4");
        assert_eq!(quarter.before().period().to, date(2025, 12, 31));
        let names: Vec<_> = quarter.up_to(3).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2025Q3", "2025Q4", "2026Q1"]);
    }

    #[test]
    fn only_one_form_is_read() {
        for odd in [
            "", "2026", "2026Q0", "2026Q5", "26Q1", "2026q1", "2026Q1 ", "2026Q12", "+026Q1", "1900Q4",
            "2099Q1", "２026Q1",
        ] {
            assert_eq!(Quarter::parse(odd), None, "{odd}");
        }
    }
}
