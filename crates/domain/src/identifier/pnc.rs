//! Police National Computer ids: year, serial and check letter, such as `2002/0073319Z`.
//!
//! Source: `domain.md` 5.4.

use super::{IdentifierError, check_letter, redacted, year};

const FORM: IdentifierError = IdentifierError::Form {
    expected: "a year, a slash, up to seven digits and a letter, such as 2002/0073319Z or 02/73319Z",
};

/// A PNC id in canonical form, `YYYY/NNNNNNNL`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pnc(String);

redacted!(Pnc);

impl Pnc {
    /// Reads the long form (`2002/0073319Z`) or the short one (`02/73319Z`), with or without the slash, in
    /// either case of letters. `reference_year` is the last year which two digits may mean: this year, or
    /// the pivot of the sending system.
    ///
    /// The check letter covers the last two digits of the year and the serial, not the century.
    ///
    /// # Errors
    /// When the form, the year or the check letter does not fit.
    pub fn parse(text: &str, reference_year: i16) -> Result<Self, IdentifierError> {
        let text = text.trim().to_ascii_uppercase();
        let (digits, letter) = split_letter(&text)?;
        let (year, serial) = match digits.split_once('/') {
            Some(parts) => parts,
            None if digits.len() == 11 && digits.is_ascii() => digits.split_at(4),
            None if (3..=9).contains(&digits.len()) && digits.is_ascii() => digits.split_at(2),
            None => return Err(FORM),
        };
        if !matches!(year.len(), 2 | 4) || !(1..=7).contains(&serial.len()) {
            return Err(FORM);
        }
        let (digits_of_year, serial) = (number(year)?, number(serial)?);
        let digits_of_year = i16::try_from(digits_of_year).map_err(|_| FORM)?;
        let full_year = match year.len() {
            2 => year::from_two_digits(digits_of_year, reference_year)?,
            _ => year::within(digits_of_year, reference_year)?,
        };
        check_letter::verify(checked(full_year, serial), letter)?;
        Ok(Self(format!("{full_year:04}/{serial:07}{letter}")))
    }

    /// The id of a year (1900 to 2099) and a serial of at most seven digits; otherwise `None`.
    ///
    /// For synthetic people. No range is reserved for tests, so it may look like somebody's.
    pub fn from_serial(year: i16, serial: u32) -> Option<Self> {
        if !(1900..=2099).contains(&year) || serial > 9_999_999 {
            return None;
        }
        let letter = check_letter::check_letter(checked(year, serial.into()));
        Some(Self(format!("{year:04}/{serial:07}{letter}")))
    }

    /// `YYYY/NNNNNNNL`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Two digits of the year before seven of the serial.
fn checked(year: i16, serial: u64) -> u64 {
    u64::from(year.rem_euclid(100).unsigned_abs()) * 10_000_000 + serial
}

fn split_letter(text: &str) -> Result<(&str, char), IdentifierError> {
    let letter = text
        .chars()
        .next_back()
        .filter(char::is_ascii_uppercase)
        .ok_or(FORM)?;
    Ok((&text[..text.len() - 1], letter))
}

fn number(digits: &str) -> Result<u64, IdentifierError> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FORM);
    }
    digits.parse().map_err(|_| FORM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> Result<String, IdentifierError> {
        Pnc::parse(text, 2026).map(|pnc| pnc.as_str().to_owned())
    }

    #[test]
    fn short_and_slashless_forms_are_the_same_id() {
        for text in [
            "81/34U",
            "8134U",
            "8100 34u".replace(' ', "").as_str(),
            "1981/0000034U",
            "19810000034U",
        ] {
            assert_eq!(canonical(text), Ok("1981/0000034U".to_owned()), "{text}");
        }
        assert_eq!(canonical("033Y"), Ok("2003/0000003Y".to_owned()));
    }

    #[test]
    fn the_century_follows_the_reference_year() {
        let short = Pnc::from_serial(2030, 42).unwrap().as_str()[2..].to_owned();
        assert_eq!(Pnc::parse(&short, 2026).unwrap().as_str()[..4], *"1930");
        assert_eq!(Pnc::parse(&short, 2038).unwrap().as_str()[..4], *"2030");
    }

    #[test]
    fn letters_which_look_like_digits_are_explained() {
        assert_eq!(canonical("2001/0171310S"), Err(IdentifierError::LetterNeverUsed));
    }

    #[test]
    fn a_year_in_the_future_is_refused() {
        let text = Pnc::from_serial(2027, 1).unwrap().as_str().to_owned();
        assert_eq!(canonical(&text), Err(IdentifierError::Year));
        assert!(Pnc::parse(&text, 2027).is_ok());
    }

    #[test]
    fn serials_end_at_seven_digits() {
        assert!(Pnc::from_serial(2020, 9_999_999).is_some());
        assert_eq!(Pnc::from_serial(2020, 10_000_000), None);
    }

    proptest! {
        #[test]
        fn made_ids_read_back(year in 1900..=2026i16, serial in 0..10_000_000u32) {
            let made = Pnc::from_serial(year, serial).unwrap();
            prop_assert_eq!(Pnc::parse(made.as_str(), 2026), Ok(made));
        }

        /// The century stands outside the check, so the first two places are left alone.
        #[test]
        fn one_wrong_digit_is_always_caught(serial in 0..10_000_000u32, place in 2..12usize, by in 1..10u8) {
            let mut wrong = Pnc::from_serial(1995, serial).unwrap().as_str().as_bytes().to_vec();
            prop_assume!(wrong[place] != b'/');
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(Pnc::parse(&wrong, 2026).is_err(), "{}", wrong);
        }

        #[test]
        fn a_wrong_letter_is_always_caught(serial in 0..10_000_000u32, letter in "[A-Z]") {
            let right = Pnc::from_serial(1995, serial).unwrap().as_str().to_owned();
            prop_assume!(!right.ends_with(&letter));
            let wrong = format!("{}{letter}", &right[..right.len() - 1]);
            prop_assert!(Pnc::parse(&wrong, 2026).is_err(), "{}", wrong);
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), year in any::<i16>()) {
            let _ = Pnc::parse(&text, year);
        }
    }
}
