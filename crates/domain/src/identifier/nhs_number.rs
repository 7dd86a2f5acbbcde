//! NHS numbers: ten digits, the last a modulus 11 check digit.
//!
//! Source: NHS Data Dictionary, NHS NUMBER; `domain.md` 5.4.

use super::{IdentifierError, redacted};

/// An NHS number, digits only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber(String);

redacted!(NhsNumber);

impl NhsNumber {
    /// How many different numbers [`NhsNumber::synthetic`] makes.
    pub const SYNTHETIC: u32 = 9 * 99_999;

    /// Reads an NHS number; spaces and hyphens are for show and dropped.
    ///
    /// # Errors
    /// Ten digits are needed, not all the same, and the last must be the check digit of the others.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if !text.chars().all(|c| c.is_ascii_digit()) {
            return Err(IdentifierError::Form {
                expected: "ten digits, such as 999 000 0018",
            });
        }
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
        let [first, rest @ .., last] = digits.as_slice() else {
            return Err(IdentifierError::DigitCount { found: digits.len() });
        };
        if digits.len() != 10 {
            return Err(IdentifierError::DigitCount { found: digits.len() });
        }
        if rest.iter().chain([last]).all(|digit| digit == first) {
            return Err(IdentifierError::RepeatedDigit);
        }
        match check_digit(&digits[..9]) {
            Some(check) if check == *last => Ok(Self(text)),
            _ => Err(IdentifierError::CheckDigit),
        }
    }

    /// The n-th valid number of the range 999, which is reserved for tests and never issued to a patient.
    ///
    /// Different serials below [`NhsNumber::SYNTHETIC`] give different numbers; from there on `None`.
    pub fn synthetic(serial: u32) -> Option<Self> {
        if serial >= Self::SYNTHETIC {
            return None;
        }
        // The ninth digit has weight 2, so of its ten values at most one leaves no check digit: nine are
        // certain. Prefix 99999 is left out because of 9999999999.
        let (prefix, nth) = (serial / 9, serial as usize % 9);
        (0..10)
            .filter_map(|ninth| {
                let nine = format!("999{prefix:05}{ninth}");
                let digits: Vec<u32> = nine.chars().filter_map(|c| c.to_digit(10)).collect();
                check_digit(&digits).map(|check| Self(format!("{nine}{check}")))
            })
            .nth(nth)
    }

    /// Ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of 3, 3 and 4, as printed on letters.
    pub fn spaced(&self) -> String {
        let Self(digits) = self;
        format!("{} {} {}", &digits[..3], &digits[3..6], &digits[6..])
    }

    /// True for the range 999: no living patient has it.
    pub fn is_synthetic(&self) -> bool {
        self.0.starts_with("999")
    }
}

/// The check digit of nine digits; `None` when they have none (remainder 10).
fn check_digit(nine: &[u32]) -> Option<u32> {
    let sum: u32 = nine
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        check => Some(check),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// I1.
    #[test]
    fn one_digit_repeated_passes_the_check_and_is_refused() {
        for digit in 0..10 {
            let text = digit.to_string().repeat(10);
            assert_eq!(
                NhsNumber::parse(&text),
                Err(IdentifierError::RepeatedDigit),
                "{text}"
            );
        }
    }

    #[test]
    fn nine_digits_with_remainder_ten_have_no_number() {
        for last in 0..10 {
            let text = format!("943476503{last}");
            assert_eq!(
                NhsNumber::parse(&text),
                Err(IdentifierError::CheckDigit),
                "{text}"
            );
        }
    }

    #[test]
    fn the_count_of_digits_is_named() {
        assert_eq!(
            NhsNumber::parse("7"),
            Err(IdentifierError::DigitCount { found: 1 })
        );
        assert_eq!(
            NhsNumber::parse("99900000181"),
            Err(IdentifierError::DigitCount { found: 11 })
        );
    }

    #[test]
    fn digits_of_other_scripts_are_not_digits() {
        assert!(matches!(
            NhsNumber::parse("٩٩٩٠٠٠٠٠١٨"),
            Err(IdentifierError::Form { .. })
        ));
    }

    #[test]
    fn synthetic_numbers_end_where_they_say() {
        assert_eq!(NhsNumber::synthetic(0).unwrap().as_str(), "9990000018");
        assert!(NhsNumber::synthetic(NhsNumber::SYNTHETIC - 1).is_some());
        assert_eq!(NhsNumber::synthetic(NhsNumber::SYNTHETIC), None);
    }

    #[test]
    fn synthetic_numbers_never_repeat() {
        let made: std::collections::BTreeSet<_> = (0..5_000).filter_map(NhsNumber::synthetic).collect();
        assert_eq!(made.len(), 5_000);
    }

    proptest! {
        #[test]
        fn synthetic_numbers_are_valid_and_known_as_such(serial in 0..NhsNumber::SYNTHETIC) {
            let made = NhsNumber::synthetic(serial).unwrap();
            prop_assert!(made.is_synthetic());
            prop_assert_eq!(NhsNumber::parse(&made.spaced()), Ok(made));
        }

        #[test]
        fn one_wrong_digit_is_always_caught(serial in 0..NhsNumber::SYNTHETIC, place in 0..10usize, by in 1..10u8) {
            let mut wrong = NhsNumber::synthetic(serial).unwrap().as_str().as_bytes().to_vec();
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(NhsNumber::parse(&wrong).is_err(), "{}", wrong);
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = NhsNumber::parse(&text);
        }
    }
}
