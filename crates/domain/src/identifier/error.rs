//! Why a text is no identifier.

/// Why a text is no identifier. The texts are for the person who typed it, and never repeat the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Nothing but spaces.
    #[error("Nothing was entered.")]
    Empty,
    /// Longer than any identifier.
    #[error("This is too long: no identifier has more than {most} characters.")]
    TooLong {
        /// Most characters read.
        most: usize,
    },
    /// The characters do not have the shape of this kind.
    #[error("This does not have the right form: {expected}.")]
    Form {
        /// The form expected, with an example.
        expected: &'static str,
    },
    /// An NHS number with another count of digits.
    #[error("An NHS number has 10 digits; this has {found}.")]
    DigitCount {
        /// Digits found.
        found: usize,
    },
    /// One digit ten times passes the check and is never issued (`cases.md` I1).
    #[error("An NHS number is never one digit repeated ten times.")]
    RepeatedDigit,
    /// The check digit does not fit: most often one digit was mistyped, or two were swapped.
    #[error("The last digit does not fit the others. Check each digit against the source.")]
    CheckDigit,
    /// The check letter does not fit: most often one digit was mistyped.
    #[error("The letter does not fit the digits. Check each against the source.")]
    CheckLetter,
    /// A letter which is never a check letter.
    #[error("I, O and S are never used as the check letter. Look at the source again.")]
    LetterNeverUsed,
    /// A year before any such record, or after the present.
    #[error("The year is before 1900 or lies in the future.")]
    Year,
}
