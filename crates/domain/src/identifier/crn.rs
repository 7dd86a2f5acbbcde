//! Case reference numbers of the probation service: a letter and six digits. There is no check digit.
//!
//! Source: `domain.md` 5.4.

use super::{IdentifierError, redacted};

/// A CRN in capitals, such as `X123456`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Crn(String);

redacted!(Crn);

impl Crn {
    /// Reads a CRN in either case of letters.
    ///
    /// # Errors
    /// When the form does not fit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim().to_ascii_uppercase();
        match text.as_bytes() {
            [first, digits @ ..]
                if first.is_ascii_uppercase()
                    && digits.len() == 6
                    && digits.iter().all(u8::is_ascii_digit) =>
            {
                Ok(Self(text))
            }
            _ => Err(IdentifierError::Form {
                expected: "a letter and six digits, such as X123456",
            }),
        }
    }

    /// The number `X` with this serial of at most six digits; otherwise `None`. For synthetic people: no
    /// range is reserved for tests, so it may look like somebody's.
    pub fn from_serial(serial: u32) -> Option<Self> {
        (serial <= 999_999).then(|| Self(format!("X{serial:06}")))
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
    fn serials_end_at_six_digits() {
        assert!(Crn::from_serial(999_999).is_some());
        assert_eq!(Crn::from_serial(1_000_000), None);
    }

    proptest! {
        #[test]
        fn made_numbers_read_back(serial in 0..1_000_000u32) {
            let made = Crn::from_serial(serial).unwrap();
            prop_assert_eq!(Crn::parse(&made.as_str().to_lowercase()), Ok(made));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Crn::parse(&text);
        }
    }
}
