//! Given names and their forms, as data: "Bob" is Robert, and Maria is not Marie however near they are spelled.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A name and its forms in each line. Our own collection of forms common in England; a form may stand under several
/// names.
const FORMS: &str = include_str!("forenames.csv");

/// What the list says of two given names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forms {
    /// Forms of one name.
    OfOne,
    /// Two names: both are on the list, under nothing in common.
    OfTwo,
    /// One of them is not on the list.
    NotListed,
}

/// Compares two given names, folded.
pub(super) fn forms(one: &str, other: &str) -> Forms {
    let names = listed();
    match (names.get(one), names.get(other)) {
        (Some(a), Some(b)) if a.iter().any(|name| b.contains(name)) => Forms::OfOne,
        (Some(_), Some(_)) => Forms::OfTwo,
        _ => Forms::NotListed,
    }
}

/// Under which lines each form stands.
fn listed() -> &'static HashMap<String, Vec<usize>> {
    static LISTED: OnceLock<HashMap<String, Vec<usize>>> = OnceLock::new();
    LISTED.get_or_init(|| {
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (line, row) in csv::Reader::from_reader(FORMS.as_bytes()).records().enumerate() {
            let Ok(row) = row else { continue };
            let forms = row.get(1).unwrap_or_default().split(';');
            for form in row
                .get(0)
                .into_iter()
                .chain(forms)
                .filter(|form| !form.is_empty())
            {
                names.entry(form.replace('-', "")).or_default().push(line);
            }
        }
        names
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_whole_and_folded() {
        let rows: Vec<_> = csv::Reader::from_reader(FORMS.as_bytes())
            .records()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(rows.len() > 200, "{}", rows.len());
        let plain = |name: &str| name.bytes().all(|letter| letter.is_ascii_lowercase());
        assert!(listed().keys().all(|name| plain(name)));
        assert!(listed().len() > 500, "{}", listed().len());
    }

    #[test]
    fn forms_of_one_name_and_names_that_only_look_alike() {
        assert_eq!(forms("bob", "robert"), Forms::OfOne);
        assert_eq!(forms("bob", "rob"), Forms::OfOne);
        assert_eq!(forms("karl", "carl"), Forms::OfOne);
        for (one, other) in [
            ("maria", "marie"),
            ("dean", "sean"),
            ("jayden", "kayden"),
            ("frances", "francis"),
        ] {
            assert_eq!(forms(one, other), Forms::OfTwo, "{one} {other}");
        }
        assert_eq!(forms("tomasz", "thomasz"), Forms::NotListed);
    }
}
