//! The check letter which police and criminal records numbers share.
//!
//! Source: `domain.md` 5.4; recomputed from published examples.

use super::IdentifierError;

/// The letters by remainder of 23. I, O and S are left out because they look like 1, 0 and 5.
const LETTERS: &[u8; 23] = b"ZABCDEFGHJKLMNPQRTUVWXY";

/// The check letter of a number: two digits of the year followed by the serial.
pub(super) fn check_letter(number: u64) -> char {
    let remainder = usize::try_from(number % 23).unwrap_or(0);
    char::from(LETTERS[remainder])
}

/// Compares a letter with the one the number should have.
pub(super) fn verify(number: u64, letter: char) -> Result<(), IdentifierError> {
    if check_letter(number) == letter {
        Ok(())
    } else if matches!(letter, 'I' | 'O' | 'S') {
        Err(IdentifierError::LetterNeverUsed)
    } else {
        Err(IdentifierError::CheckLetter)
    }
}
