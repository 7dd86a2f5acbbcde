//! References of one organisation's own system: which system, and its value.

use super::{IdentifierError, redacted};

const FORM: IdentifierError = IdentifierError::Form {
    expected: "the system, a colon and its reference, such as northshire-case:10442; the system has 2 to 32 \
               lower-case letters, digits and hyphens, the reference 1 to 40 letters, digits and - / . _",
};

/// A local reference, written `system:value`. The value is kept as sent: other systems tell `a` from `A`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalReference {
    text: String,
    colon: usize,
}

redacted!(LocalReference);

impl LocalReference {
    /// Reads `system:value`. The system is folded to lower case.
    ///
    /// # Errors
    /// When either part is missing, too long, or holds other characters.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let (system, value) = text.trim().split_once(':').ok_or(FORM)?;
        Self::new(system, value)
    }

    /// A reference by its two parts.
    ///
    /// # Errors
    /// As [`LocalReference::parse`].
    pub fn new(system: &str, value: &str) -> Result<Self, IdentifierError> {
        let (system, value) = (system.trim().to_ascii_lowercase(), value.trim());
        let fits = (2..=32).contains(&system.len())
            && system
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && (1..=40).contains(&value.len())
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-/._".contains(&b));
        if !fits {
            return Err(FORM);
        }
        Ok(Self {
            text: format!("{system}:{value}"),
            colon: system.len(),
        })
    }

    /// Which system gave it.
    pub fn system(&self) -> &str {
        &self.text[..self.colon]
    }

    /// The reference in that system.
    pub fn value(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    /// `system:value`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_system_is_folded_and_the_value_is_kept() {
        let read = LocalReference::parse(" Northshire-Case:ab/10442.B ").unwrap();
        assert_eq!((read.system(), read.value()), ("northshire-case", "ab/10442.B"));
    }

    #[test]
    fn both_parts_are_needed_and_bounded() {
        let long = format!("ab:{}", "9".repeat(41));
        for text in [
            "10442",
            ":10442",
            "ab:",
            "a:1",
            "ab:1 2",
            "ab:1:2",
            "ab:\u{202e}1",
            long.as_str(),
        ] {
            assert_eq!(LocalReference::parse(text), Err(FORM), "{text}");
        }
        assert!(LocalReference::parse(&long[..43]).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back(text in "[a-z0-9-]{2,32}:[A-Za-z0-9/._-]{1,40}") {
            let read = LocalReference::parse(&text).unwrap();
            prop_assert_eq!(read.as_str(), text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = LocalReference::parse(&text);
        }
    }
}
