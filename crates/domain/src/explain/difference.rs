//! What two views of one thing differ in.

use super::Value;
use std::collections::BTreeMap;

/// A value that is not the same in two views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub name: String,
    /// What it was; `None` when it was not there.
    pub before: Option<String>,
    /// What it is; `None` when it is no longer there.
    pub after: Option<String>,
}

/// What came, went or changed between two views, in order of name. What set a value is no part of it: told again by
/// another event it is the same.
pub fn difference(before: &[Value], after: &[Value]) -> Vec<Changed> {
    let named = |values| -> BTreeMap<String, String> {
        let values: &[Value] = values;
        values
            .iter()
            .map(|one| (one.name.clone(), one.is.clone()))
            .collect()
    };
    let (mut old, new) = (named(before), named(after));
    let mut changed: Vec<Changed> = new
        .into_iter()
        .filter_map(|(name, is)| {
            let was = old.remove(&name);
            (was.as_ref() != Some(&is)).then_some(Changed {
                name,
                before: was,
                after: Some(is),
            })
        })
        .collect();
    changed.extend(old.into_iter().map(|(name, was)| Changed {
        name,
        before: Some(was),
        after: None,
    }));
    changed.sort_by(|a, b| a.name.cmp(&b.name));
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::EventId;
    use uuid::Uuid;

    fn value(name: &str, is: &str, by: u128) -> Value {
        Value::new(name, is, [EventId(Uuid::from_u128(by))])
    }

    #[test]
    fn what_came_went_and_changed_stands_in_order_of_name() {
        let before = [value("/b", "1", 1), value("/c", "2", 2), value("/a", "3", 3)];
        let after = [value("/c", "9", 4), value("/d", "5", 5), value("/a", "3", 3)];
        let told: Vec<_> = difference(&before, &after)
            .into_iter()
            .map(|one| (one.name, one.before, one.after))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("/b".to_owned(), some("1"), None),
                ("/c".to_owned(), some("2"), some("9")),
                ("/d".to_owned(), None, some("5")),
            ]
        );
        assert!(difference(&before, &before).is_empty());
    }

    #[test]
    fn told_again_by_another_event_a_value_is_the_same() {
        assert!(difference(&[value("/a", "1", 1)], &[value("/a", "1", 2)]).is_empty());
    }
}
