//! By what the national system takes two episodes for one person's: initials, date of birth and sex. It is computed when
//! rows are made and kept nowhere; nothing here is a key of this system, because two people may share it
//! (`cases.md` I2) and one person may have two.
//!
//! Source: `domain.md` 1.5.

use crate::state::{IdentityState, Names};
use deunicode::deunicode_char;

/// The first letter of a name in the Latin alphabet, as a capital. What precedes it (an apostrophe, a dash) is no letter.
pub fn initial(name: &str) -> Option<char> {
    name.chars()
        .filter_map(deunicode_char)
        .flat_map(str::chars)
        .find(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_uppercase())
}

/// The initials of the name that counts now, given name first.
pub fn initials(identity: &IdentityState) -> (Option<char>, Option<char>) {
    let of = |part: fn(&Names) -> Option<&String>| {
        // Who was told under a family name alone still has the given name told before.
        let mut names = identity.names.iter().rev().filter_map(part);
        names.next().and_then(|name| initial(name))
    };
    (of(|one| one.given.as_ref()), of(|one| one.family.as_ref()))
}

/// The first part of a postcode, which is all of it that may leave a provider.
pub fn district(postcode: &str) -> Option<String> {
    let letters: String = postcode
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|one| one.to_ascii_uppercase())
        .collect();
    // The second part is always a digit and two letters.
    let first = letters.len().checked_sub(3)?;
    let (district, rest) = letters.split_at(first);
    let is_second = rest.starts_with(|one: char| one.is_ascii_digit());
    let is_first =
        (2..=4).contains(&district.len()) && district.starts_with(|one: char| one.is_ascii_alphabetic());
    (is_second && is_first).then(|| district.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_name_when_its_initial_is_taken_then_it_is_a_capital_latin_letter() {
        for (name, expected) in [
            ("Ann", Some('A')),
            ("  o'Neill", Some('O')),
            ("'t Hooft", Some('T')),
            ("Élodie", Some('E')),
            ("Łukasz", Some('L')),
            ("Ямал", Some('I')),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(initial(name), expected, "{name}");
        }
    }

    #[test]
    fn given_a_postcode_when_it_leaves_then_its_second_part_stays() {
        for (postcode, expected) in [
            ("ME4 4TY", Some("ME4")),
            ("me44ty", Some("ME4")),
            ("SW1A 1AA", Some("SW1A")),
            ("M1 1AE", Some("M1")),
            ("ME4", None),
            ("4TY", None),
            ("ME4 TTY", None),
            ("", None),
        ] {
            assert_eq!(district(postcode).as_deref(), expected, "{postcode}");
        }
    }
}
