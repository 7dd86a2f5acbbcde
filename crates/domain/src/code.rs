//! Short codes: of organisations, services, prisons, areas, and of the versioned code lists.

use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;

/// Why a text is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Empty, or longer than the type allows.
    #[error("must have {min} to {max} characters")]
    Length {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// A character that the type does not allow.
    #[error("may only hold {allowed}")]
    Character {
        /// The characters that may stand in it, in words.
        allowed: &'static str,
    },
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident: $min:literal..=$max:literal, $allowed:literal, $ok:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads a code.
            ///
            /// # Errors
            /// [`CodeError`] when length or characters do not fit.
            pub fn parse(text: &str) -> Result<Self, CodeError> {
                let length = text.chars().count();
                if !($min..=$max).contains(&length) {
                    return Err(CodeError::Length { min: $min, max: $max });
                }
                let allowed: fn(char) -> bool = $ok;
                if !text.chars().all(allowed) {
                    return Err(CodeError::Character { allowed: $allowed });
                }
                Ok(Self(text.into()))
            }

            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

codes! {
    /// An organisation: a provider, a prison's liaison team, a council.
    OrganisationCode: 2..=64, "lower-case letters, digits and hyphens", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    /// A service of an organisation: who treats or supervises, for an area.
    ServiceCode: 2..=64, "lower-case letters, digits and hyphens", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    /// A prison, by the three letters of the prison register, such as `MDI` for Moorland.
    PrisonCode: 3..=3, "capital letters", |c| c.is_ascii_uppercase();
    /// An upper-tier authority by its ONS code (nine characters), or `Z00B` for outside England.
    AreaCode: 4..=9, "capital letters and digits", |c| c.is_ascii_uppercase() || c.is_ascii_digit();
    /// A member of staff, by the user name of their tokens: no client's identity, and no room for one.
    UserName: 1..=100, "letters, digits, and . _ - + @", |c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    /// A registered system, by the `client_id` of its tokens.
    ClientName: 1..=100, "visible ASCII characters", |c| c.is_ascii_graphic();
    /// A code of one of the versioned code lists.
    Code: 1..=40, "letters, digits, and _ - * /", |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*' | '/');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prison_is_three_capital_letters() {
        assert!(PrisonCode::parse("MDI").is_ok());
        assert_eq!(
            PrisonCode::parse("mdi"),
            Err(CodeError::Character {
                allowed: "capital letters"
            })
        );
        assert_eq!(PrisonCode::parse("MD"), Err(CodeError::Length { min: 3, max: 3 }));
    }

    #[test]
    fn a_stored_code_is_checked_when_it_is_read() {
        assert!(serde_json::from_str::<ServiceCode>("\"northshire-community\"").is_ok());
        assert!(serde_json::from_str::<ServiceCode>("\"North Shire\"").is_err());
    }
}
