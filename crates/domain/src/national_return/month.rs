//! The month that a return is about.

use jiff::{ToSpan, civil::Date};

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

impl Month {
    /// Reads `2026-06`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        Some(Self { first })
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.first
            .checked_add(1.month())
            .and_then(|next| next.yesterday())
            .unwrap_or(self.first)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_month_when_it_is_read_then_its_days_are_those_of_the_calendar() {
        for (text, last) in [
            ("2026-06", "2026-06-30"),
            ("2024-02", "2024-02-29"),
            ("2025-12", "2025-12-31"),
        ] {
            let month = Month::parse(text).unwrap();
            assert_eq!(month.last().to_string(), last);
            assert_eq!(month.to_string(), text);
        }
        for text in ["2026-13", "2026-6", "26-06", "2026-06-01", "june", ""] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
