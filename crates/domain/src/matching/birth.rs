//! Dates of birth, as they are told, misheard and mistyped.

use super::weights::{Field, Finding, points};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// From so many years apart two dates of birth are those of parent and child, however near the digits are.
const GENERATION_YEARS: i16 = 14;

/// The best that any date of the one finds with any of the other.
pub(super) fn compare(one: &BTreeSet<Date>, other: &BTreeSet<Date>) -> Finding {
    one.iter()
        .flat_map(|a| other.iter().map(move |b| two(*a, *b)))
        .max_by_key(|finding| (points(Field::DateOfBirth, *finding), *finding))
        .unwrap_or(Finding::Unknown)
}

fn two(a: Date, b: Date) -> Finding {
    if a == b {
        return match (a.month(), a.day()) {
            (1, 1) => Finding::EqualByDefault,
            _ => Finding::Equal,
        };
    }
    if (a.year() - b.year()).abs() >= GENERATION_YEARS {
        return Finding::Contradicts;
    }
    if a.year() == b.year() && (a.month(), a.day()) == (b.day(), b.month()) {
        return Finding::DayAndMonthSwapped;
    }
    let digits = |date: Date| format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
    let differing = digits(a)
        .bytes()
        .zip(digits(b).bytes())
        .filter(|(a, b)| a != b)
        .count();
    if differing == 1 {
        return Finding::OneDigit;
    }
    let equal = [a.year() == b.year(), a.month() == b.month(), a.day() == b.day()];
    match equal.into_iter().filter(|equal| *equal).count() {
        2 => Finding::TwoParts,
        _ => Finding::Contradicts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_compared_as_people_get_them_wrong() {
        let a = date(1984, 3, 7);
        for (b, expected) in [
            (date(1984, 3, 7), Finding::Equal),
            (date(1984, 7, 3), Finding::DayAndMonthSwapped),
            (date(1985, 3, 7), Finding::OneDigit),
            (date(1974, 3, 7), Finding::OneDigit),
            (date(1984, 3, 17), Finding::OneDigit),
            (date(1984, 3, 28), Finding::TwoParts),
            (date(1984, 11, 7), Finding::TwoParts),
            (date(1985, 7, 3), Finding::Contradicts),
            // A father's birthday on the same day of another generation.
            (date(1964, 3, 7), Finding::Contradicts),
        ] {
            assert_eq!(two(a, b), expected, "{b}");
            assert_eq!(two(b, a), expected, "{b}");
        }
        assert_eq!(two(date(1980, 1, 1), date(1980, 1, 1)), Finding::EqualByDefault);
    }

    #[test]
    fn any_date_told_may_be_the_one() {
        let one = BTreeSet::from([date(1984, 3, 7), date(1979, 11, 2)]);
        let other = BTreeSet::from([date(1979, 11, 2)]);
        assert_eq!(compare(&one, &other), Finding::Equal);
        assert_eq!(compare(&BTreeSet::new(), &other), Finding::Unknown);
    }
}
