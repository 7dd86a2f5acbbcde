//! Which rows are told in turn: those that name one person, so that the second finds the record that the first opened.

use serde_json::{Map, Value};
use std::collections::HashMap;

/// The rows by their index, those about one person together and in order. Rows are about one person when they share an
/// identifier, or a record's id; names alone tell nothing.
pub fn together(rows: &[Option<&Map<String, Value>>]) -> Vec<Vec<usize>> {
    let mut groups = Groups((0..rows.len()).collect());
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        for name in row.iter().flat_map(|fields| named(fields)) {
            let other = *first.entry(name).or_insert(at);
            groups.join(other, at);
        }
    }
    let mut found: HashMap<usize, Vec<usize>> = HashMap::new();
    for at in 0..rows.len() {
        found.entry(groups.of(at)).or_default().push(at);
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_unstable();
    found
}

/// What names the person of a row, as it is written but for spaces and letter case.
fn named(fields: &Map<String, Value>) -> Vec<String> {
    let person = fields.get("person");
    let identifiers = person
        .and_then(|person| person.get("identifiers"))
        .and_then(Value::as_array);
    let values = identifiers
        .into_iter()
        .flatten()
        .filter_map(|identifier| identifier.get("value"));
    let ids = person.and_then(|person| person.get("personId"));
    values
        .chain(ids)
        .chain(fields.get("prisonerNumber"))
        .filter_map(Value::as_str)
        .map(|text| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .flat_map(char::to_uppercase)
                .collect()
        })
        .collect()
}

/// Sets that are joined, by their first member.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_that_share_an_identifier_are_told_in_turn_and_others_are_not() {
        let identified = |values: &[&str]| {
            let identifiers: Vec<_> = values
                .iter()
                .map(|value| json!({ "kind": "pnc", "value": value }))
                .collect();
            json!({ "person": { "identifiers": identifiers } })
        };
        let rows = [
            identified(&["a"]),
            json!({ "person": { "demographics": {} } }),
            identified(&["b"]),
            json!({ "prisonerNumber": "C 1" }),
            identified(&["B", "c1"]),
            identified(&[]),
        ];
        let rows: Vec<_> = rows.iter().map(Value::as_object).chain([None]).collect();
        assert_eq!(
            together(&rows),
            [vec![0], vec![1], vec![2, 3, 4], vec![5], vec![6]]
        );
    }
}
