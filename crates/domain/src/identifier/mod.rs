//! Identifiers of people: read, checked, and brought into one canonical form each, so that two systems
//! which write one number differently still mean one person.
//!
//! An identifier names somebody. None of these types implements `Display`, and their `Debug` shows no
//! value: it has to be asked for by name.
//!
//! Source: `domain.md` 5.4; every vector of `identifier-vectors.csv` is a test.

mod check_letter;
mod crn;
mod cro;
mod error;
mod kind;
mod local;
mod nhs_number;
mod pnc;
mod prisoner_number;
mod year;

pub use crn::Crn;
pub use cro::Cro;
pub use error::IdentifierError;
pub use kind::IdentifierKind;
pub use local::LocalReference;
pub use nhs_number::NhsNumber;
pub use pnc::Pnc;
pub use prisoner_number::PrisonerNumber;

macro_rules! redacted {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            /// Never shows the value: debug output ends in logs.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}
use redacted;

/// An identifier which passed the checks of its kind, in canonical form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

impl Identifier {
    /// Most characters that are read at all.
    pub const MOST_CHARACTERS: usize = 80;

    /// Reads an identifier of a kind. `reference_year` is the last year which two digits of a year may
    /// mean, and the last that a PNC id may name: this year, or the pivot of the sending system.
    ///
    /// # Errors
    /// Why the text is no such identifier, in words that do not repeat it.
    pub fn parse(kind: IdentifierKind, text: &str, reference_year: i16) -> Result<Self, IdentifierError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(IdentifierError::Empty);
        }
        if text.chars().count() > Self::MOST_CHARACTERS {
            return Err(IdentifierError::TooLong {
                most: Self::MOST_CHARACTERS,
            });
        }
        Ok(match kind {
            IdentifierKind::NhsNumber => NhsNumber::parse(text)?.into(),
            IdentifierKind::PrisonerNumber => PrisonerNumber::parse(text)?.into(),
            IdentifierKind::Pnc => Pnc::parse(text, reference_year)?.into(),
            IdentifierKind::Cro => Cro::parse(text)?.into(),
            IdentifierKind::Crn => Crn::parse(text)?.into(),
            IdentifierKind::Local => LocalReference::parse(text)?.into(),
        })
    }

    /// Which kind.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The value in canonical form. Personal data: for sealing and for those who may see the person.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// True for an NHS number of the range 999, which no patient has.
    pub fn is_synthetic(&self) -> bool {
        self.kind == IdentifierKind::NhsNumber && self.value.starts_with("999")
    }
}

impl std::fmt::Debug for Identifier {
    /// Shows the kind, never the value: debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identifier({}, redacted)", self.kind.as_str())
    }
}

macro_rules! kinds {
    ($($type:ident => $kind:ident),* $(,)?) => {$(
        impl From<$type> for Identifier {
            fn from(value: $type) -> Self {
                Self { kind: IdentifierKind::$kind, value: value.as_str().to_owned() }
            }
        }
    )*};
}

kinds! {
    NhsNumber => NhsNumber,
    PrisonerNumber => PrisonerNumber,
    Pnc => Pnc,
    Cro => Cro,
    Crn => Crn,
    LocalReference => Local,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_vector_is_read_or_refused_as_it_says() {
        let mut rows = csv::Reader::from_reader(include_str!("identifier-vectors.csv").as_bytes());
        let mut seen = std::collections::BTreeMap::new();
        for row in rows.records() {
            let row = row.unwrap();
            let (kind, input, canonical, valid) = (&row[0], &row[1], &row[2], &row[3]);
            let read = Identifier::parse(IdentifierKind::parse(kind).unwrap(), input, 2026);
            let expected = (valid == "yes").then_some(canonical);
            assert_eq!(
                read.as_ref().ok().map(Identifier::value),
                expected,
                "{kind} {input}: {read:?}"
            );
            *seen.entry((kind.to_owned(), valid.to_owned())).or_insert(0) += 1;
        }
        // A file that lost its rows would pass without a word: each kind has both verdicts.
        assert_eq!(seen.len(), 10, "{seen:?}");
        assert_eq!(seen.values().sum::<i32>(), 22);
    }

    #[test]
    fn no_refusal_repeats_what_was_typed() {
        for kind in IdentifierKind::ALL {
            let error = Identifier::parse(kind, "QQ77 77 77Q", 2026).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("77"), "{error}");
        }
    }

    #[test]
    fn debug_output_holds_no_value() {
        let number = NhsNumber::synthetic(0).unwrap();
        assert_eq!(format!("{number:?}"), "NhsNumber(redacted)");
        let identifier = Identifier::from(number);
        assert_eq!(format!("{identifier:?}"), "Identifier(nhs_number, redacted)");
        assert!(identifier.is_synthetic());
    }

    #[test]
    fn nothing_and_too_much_are_refused_for_every_kind() {
        for kind in IdentifierKind::ALL {
            assert_eq!(Identifier::parse(kind, " \t ", 2026), Err(IdentifierError::Empty));
            let long = "1".repeat(Identifier::MOST_CHARACTERS + 1);
            assert!(matches!(
                Identifier::parse(kind, &long, 2026),
                Err(IdentifierError::TooLong { .. })
            ));
        }
    }

    proptest! {
        #[test]
        fn canonical_forms_are_canonical(
            kind in proptest::sample::select(IdentifierKind::ALL.to_vec()),
            text in "[0-9]{1,10}|[0-9]{2,4}/?[0-9]{1,7}[A-Z]|[a-zA-Z][0-9]{4,6}[a-z]{0,2}|[a-z]{2,5}:[0-9a-z]{1,9}|\\PC{0,90}",
        ) {
            if let Ok(read) = Identifier::parse(kind, &text, 2026) {
                prop_assert_eq!(Identifier::parse(kind, read.value(), 2026), Ok(read));
            }
        }
    }
}
