//! Prisoner numbers: a letter, four digits, two letters. There is no check digit.
//!
//! Source: `domain.md` 5.4.

use super::{IdentifierError, redacted};

/// A prisoner number in capitals, such as `A1234BC`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrisonerNumber(String);

redacted!(PrisonerNumber);

impl PrisonerNumber {
    /// Reads a prisoner number in either case of letters.
    ///
    /// # Errors
    /// When the form does not fit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim().to_ascii_uppercase();
        let letter = |b: &u8| b.is_ascii_uppercase();
        match text.as_bytes() {
            [first, digits @ .., last, end]
                if digits.len() == 4
                    && digits.iter().all(u8::is_ascii_digit)
                    && [first, last, end].into_iter().all(letter) =>
            {
                Ok(Self(text))
            }
            _ => Err(IdentifierError::Form {
                expected: "a letter, four digits and two letters, such as A1234BC",
            }),
        }
    }

    /// The number with this serial, counted from `A0000AA`; `None` from 175,760,000 on. For synthetic
    /// people: no range is reserved for tests, so it may look like somebody's.
    pub fn from_serial(serial: u32) -> Option<Self> {
        let letter = |n: u32| {
            u8::try_from(n)
                .ok()
                .filter(|n| *n < 26)
                .map(|n| char::from(b'A' + n))
        };
        let (digits, letters) = (serial % 10_000, serial / 10_000);
        let (first, middle, last) = (
            letter(letters / 676)?,
            letter(letters / 26 % 26)?,
            letter(letters % 26)?,
        );
        Some(Self(format!("{first}{digits:04}{middle}{last}")))
    }

    /// In capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn serials_run_from_first_to_last_number() {
        assert_eq!(PrisonerNumber::from_serial(0).unwrap().as_str(), "A0000AA");
        assert_eq!(PrisonerNumber::from_serial(10_001).unwrap().as_str(), "A0001AB");
        assert_eq!(
            PrisonerNumber::from_serial(175_759_999).unwrap().as_str(),
            "Z9999ZZ"
        );
        assert_eq!(PrisonerNumber::from_serial(175_760_000), None);
    }

    proptest! {
        #[test]
        fn made_numbers_read_back(serial in 0..175_760_000u32) {
            let made = PrisonerNumber::from_serial(serial).unwrap();
            prop_assert_eq!(PrisonerNumber::parse(&made.as_str().to_lowercase()), Ok(made));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = PrisonerNumber::parse(&text);
        }
    }
}
