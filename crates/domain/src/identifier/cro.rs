//! Criminal Records Office numbers: `065656/91H`, or the file form `SF83/50058Z`.
//!
//! Source: `domain.md` 5.4.

use super::{IdentifierError, check_letter, redacted};

const FORM: IdentifierError = IdentifierError::Form {
    expected: "up to six digits, a slash, two digits of the year and a letter, such as 065656/91H, \
               or SF, the year, a slash, digits and a letter, such as SF83/50058Z",
};

/// A CRO number in canonical form: `NNNNNN/YYL`, or `SFYY/N…L` whose serial is not padded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cro(String);

redacted!(Cro);

impl Cro {
    /// Reads either form, in either case of letters; the serial of the standard form is padded to six.
    ///
    /// # Errors
    /// When the form or the check letter does not fit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim().to_ascii_uppercase();
        let letter = text
            .chars()
            .next_back()
            .filter(char::is_ascii_uppercase)
            .ok_or(FORM)?;
        let (left, right) = text[..text.len() - 1].split_once('/').ok_or(FORM)?;
        if let Some(year) = left.strip_prefix("SF") {
            let serial = number(right, 1..=6)?;
            let year = number(year, 2..=2)?;
            // The file form is checked over the digits as written: padding would change the letter.
            let checked = year * 10_u64.pow(u32::try_from(right.len()).unwrap_or(6)) + serial;
            check_letter::verify(checked, letter)?;
            return Ok(Self(format!("SF{year:02}/{right}{letter}")));
        }
        let (serial, year) = (number(left, 1..=6)?, number(right, 2..=2)?);
        check_letter::verify(year * 1_000_000 + serial, letter)?;
        Ok(Self(format!("{serial:06}/{year:02}{letter}")))
    }

    /// The number of a year and a serial of at most six digits; otherwise `None`. For synthetic people: no
    /// range is reserved for tests, so it may look like somebody's.
    pub fn from_serial(year: i16, serial: u32) -> Option<Self> {
        if serial > 999_999 {
            return None;
        }
        let year = u64::from(year.rem_euclid(100).unsigned_abs());
        let letter = check_letter::check_letter(year * 1_000_000 + u64::from(serial));
        Some(Self(format!("{serial:06}/{year:02}{letter}")))
    }

    /// The canonical form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn number(digits: &str, length: std::ops::RangeInclusive<usize>) -> Result<u64, IdentifierError> {
    if !length.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FORM);
    }
    digits.parse().map_err(|_| FORM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_standard_form_is_padded_and_the_file_form_is_not() {
        assert_eq!(Cro::parse("65656/91h").unwrap().as_str(), "065656/91H");
        assert_eq!(Cro::parse("sf83/50058z").unwrap().as_str(), "SF83/50058Z");
    }

    #[test]
    fn the_slash_is_needed() {
        assert_eq!(Cro::parse("06565691H"), Err(FORM));
    }

    proptest! {
        #[test]
        fn made_numbers_read_back(year in any::<i16>(), serial in 0..1_000_000u32) {
            let made = Cro::from_serial(year, serial).unwrap();
            prop_assert_eq!(Cro::parse(made.as_str()), Ok(made));
        }

        #[test]
        fn one_wrong_digit_is_always_caught(serial in 0..1_000_000u32, place in 0..9usize, by in 1..10u8) {
            let mut wrong = Cro::from_serial(1991, serial).unwrap().as_str().as_bytes().to_vec();
            prop_assume!(wrong[place] != b'/');
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(Cro::parse(&wrong).is_err(), "{}", wrong);
        }

        #[test]
        fn a_wrong_letter_is_always_caught(serial in 0..1_000_000u32, letter in "[A-Z]") {
            let right = Cro::from_serial(1991, serial).unwrap().as_str().to_owned();
            prop_assume!(!right.ends_with(&letter));
            let wrong = format!("{}{letter}", &right[..right.len() - 1]);
            prop_assert!(Cro::parse(&wrong).is_err(), "{}", wrong);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(SF)?[0-9]{0,9}/?.{0,9}[A-Za-z]?|\\PC*") {
            let _ = Cro::parse(&text);
        }
    }
}
