//! What two views of one thing differ in.

use super::Value;
use std::collections::{BTreeMap, BTreeSet};

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

/// What became of a line between two readings of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Became {
    /// It was not there before.
    Came,
    /// It is there no longer.
    Went,
    /// It says something else.
    Changed,
}

impl Became {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Went => "went",
            Self::Changed => "changed",
        }
    }
}

/// Which lines of a list came, went or changed between two readings of it, in order of their keys, and in what.
pub fn lines<K: Ord + Copy>(
    before: &BTreeMap<K, Vec<Value>>,
    after: &BTreeMap<K, Vec<Value>>,
) -> Vec<(K, Became, Vec<Changed>)> {
    let keys: BTreeSet<K> = before.keys().chain(after.keys()).copied().collect();
    let judged = keys.into_iter().filter_map(|key| {
        let (old, new) = (before.get(&key), after.get(&key));
        let became = match (old, new) {
            (None, _) => Became::Came,
            (_, None) => Became::Went,
            (Some(_), Some(_)) => Became::Changed,
        };
        let values = |of: Option<&Vec<Value>>| of.cloned().unwrap_or_default();
        let changed = difference(&values(old), &values(new));
        (became != Became::Changed || !changed.is_empty()).then_some((key, became, changed))
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_go_and_change() {
        let list = |lines: &[(u8, &str)]| -> BTreeMap<u8, Vec<Value>> {
            let line = |(key, is): &(u8, &str)| (*key, vec![value("/state", is, 1)]);
            lines.iter().map(line).collect()
        };
        let before = list(&[(1, "due"), (2, "due"), (3, "due")]);
        let after = list(&[(2, "picked_up"), (3, "due"), (4, "due")]);
        let told: Vec<_> = lines(&before, &after)
            .into_iter()
            .map(|(key, became, changed)| (key, became.as_str(), changed.len()))
            .collect();
        assert_eq!(told, [(1, "went", 1), (2, "changed", 1), (4, "came", 1)]);
    }
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
