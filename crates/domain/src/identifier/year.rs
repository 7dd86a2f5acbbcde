//! Years written with two digits.

use super::IdentifierError;

/// The latest year, not after `reference_year`, that ends in these two digits.
///
/// Systems differ in where they turn the century: some at the present year, some at 39. The caller says
/// which by the last year that two digits may mean.
pub(super) fn from_two_digits(two: i16, reference_year: i16) -> Result<i16, IdentifierError> {
    if reference_year < 1900 {
        return Err(IdentifierError::Year);
    }
    let turn = reference_year % 100;
    let century = reference_year - turn;
    within(
        if two <= turn {
            century + two
        } else {
            century - 100 + two
        },
        reference_year,
    )
}

/// The year, when it is neither before 1900 nor after `reference_year`.
pub(super) fn within(year: i16, reference_year: i16) -> Result<i16, IdentifierError> {
    if (1900..=reference_year).contains(&year) {
        Ok(year)
    } else {
        Err(IdentifierError::Year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_mean_the_latest_year_that_is_not_in_the_future() {
        assert_eq!(from_two_digits(26, 2026), Ok(2026));
        assert_eq!(from_two_digits(27, 2026), Ok(1927));
        assert_eq!(from_two_digits(27, 2038), Ok(2027));
    }

    #[test]
    fn a_reference_year_out_of_this_world_is_an_error_and_no_panic() {
        for reference in [i16::MIN, -1, 0, 99, 1899] {
            assert_eq!(from_two_digits(50, reference), Err(IdentifierError::Year));
        }
    }
}
