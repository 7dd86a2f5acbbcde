//! JSON as this service accepts it: bounded, no name twice, no odd characters.

use super::text::odd_character;
use crate::problem::{Fault, Problem, ProblemKind};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{cell::RefCell, fmt};

/// Deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 32;
/// Longest string, in characters.
pub const MAX_STRING_CHARS: usize = 10_000;
/// Longest array, in items, and largest object, in fields.
pub const MAX_ITEMS: usize = 1_000;
/// Most faults that one answer lists.
pub const MAX_FAULTS: usize = 100;

/// Parses a body.
///
/// # Errors
/// `malformed_json` when it is no JSON, `validation_failed` when it breaks a limit, repeats a name or
/// holds an odd character; all such places are listed.
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let malformed = |detail: String| Problem::new(ProblemKind::MalformedJson).detail(detail);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(malformed("The body is empty. Send a JSON object.".to_owned()));
    }
    let faults = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let seed = Strict {
        faults: &faults,
        place: &Place::Root,
        depth: 0,
    };
    let value = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    let faults = faults.into_inner();
    match value {
        _ if !faults.is_empty() => Err(Problem::new(ProblemKind::ValidationFailed).faults(faults)),
        Ok(value) => Ok(value),
        // The text of the parser is not shown; its position is all that a writer needs.
        Err(error) => Err(malformed(format!(
            "The body is not well-formed JSON: see line {}, column {}.",
            error.line(),
            error.column()
        ))),
    }
}

/// Where in the document the reader stands.
enum Place<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Field(parent, name) => format!("{}/{}", parent.pointer(), escaped(name)),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// A field name as one step of a JSON pointer (RFC 6901), without odd characters, at most 60 long.
pub(crate) fn escaped(name: &str) -> String {
    let shown: String = name
        .chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .take(60)
        .collect();
    shown.replace('~', "~0").replace('/', "~1")
}

struct Strict<'a> {
    faults: &'a RefCell<Vec<Fault>>,
    place: &'a Place<'a>,
    depth: usize,
}

impl Strict<'_> {
    fn fault(&self, place: &Place<'_>, code: &str, detail: impl Into<String>) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MAX_FAULTS {
            faults.push(Fault::new(place.pointer(), code, detail));
        }
    }

    fn deeper<'b, E: Error>(&'b self, place: &'b Place<'b>) -> Result<Strict<'b>, E> {
        if self.depth >= MAX_DEPTH {
            self.fault(
                place,
                "too_deep",
                format!("Nested deeper than {MAX_DEPTH} levels."),
            );
            return Err(E::custom("too deep"));
        }
        Ok(Strict {
            faults: self.faults,
            place,
            depth: self.depth + 1,
        })
    }

    fn check_text(&self, place: &Place<'_>, text: &str) {
        if text.len() > MAX_STRING_CHARS && text.chars().count() > MAX_STRING_CHARS {
            self.fault(
                place,
                "too_long",
                format!("At most {MAX_STRING_CHARS} characters."),
            );
        }
        if let Some(name) = odd_character(text, true) {
            self.fault(place, "odd_character", format!("Contains {name}. Leave it out."));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_i64<E: Error>(self, it: i64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_u64<E: Error>(self, it: u64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_f64<E: Error>(self, it: f64) -> Result<Value, E> {
        // JSON Schema counts 1.0 as an integer and serde does not: write it as one.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if it.fract() == 0.0 && it.abs() < EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            return Ok((it as i64).into());
        }
        Ok(Number::from_f64(it).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, it: &str) -> Result<Value, E> {
        self.check_text(self.place, it);
        Ok(it.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        loop {
            let place = Place::Item(self.place, out.len());
            let Some(item) = items.next_element_seed(self.deeper::<A::Error>(&place)?)? else {
                break;
            };
            if out.len() == MAX_ITEMS {
                self.fault(
                    self.place,
                    "too_many_items",
                    format!("At most {MAX_ITEMS} items."),
                );
                return Err(A::Error::custom("too many items"));
            }
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let place = Place::Field(self.place, &name);
            self.check_text(&place, &name);
            let value = fields.next_value_seed(self.deeper::<A::Error>(&place)?)?;
            if out.contains_key(&name) {
                self.fault(
                    &place,
                    "repeated_field",
                    "This field stands here twice. Send it once.",
                );
            }
            if out.len() == MAX_ITEMS {
                self.fault(
                    self.place,
                    "too_many_items",
                    format!("At most {MAX_ITEMS} fields."),
                );
                return Err(A::Error::custom("too many fields"));
            }
            out.insert(name, value);
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(String, String)> {
        let problem = parse(text.as_bytes()).unwrap_err();
        problem
            .errors()
            .iter()
            .map(|it| (it.pointer.clone(), it.code.clone()))
            .collect()
    }

    fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn honest_json_is_read_as_it_stands() {
        let text = r#"{"a":[1,-2,2.5,3.0,"é\n",null,true],"b":{"c":18446744073709551615}}"#;
        let value = parse(text.as_bytes()).unwrap();
        assert_eq!(value["a"], serde_json::json!([1, -2, 2.5, 3, "é\n", null, true]));
        assert_eq!(value["b"]["c"], u64::MAX);
    }

    #[test]
    fn what_is_no_json_is_malformed_and_the_position_is_told() {
        for text in [
            "",
            "  ",
            "{",
            "[1,]",
            "nul",
            "{\"a\":1} x",
            "\"\\ud800\"",
            "1e999",
            "{'a':1}",
            "\u{feff}{}",
        ] {
            let problem = parse(text.as_bytes()).unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::MalformedJson, "{text}");
        }
        assert_eq!(parse(b"\"\xff\"").unwrap_err().kind(), ProblemKind::MalformedJson);
    }

    #[test]
    fn a_name_twice_is_a_fault_with_its_pointer() {
        assert_eq!(
            faults(r#"{"a":{"x/y":1,"x/y":2}}"#),
            one("/a/x~1y", "repeated_field")
        );
    }

    #[test]
    fn odd_characters_are_found_in_values_and_names() {
        assert_eq!(faults(r#"{"a":["b","\u0000"]}"#), one("/a/1", "odd_character"));
        assert_eq!(faults(r#"{"a\u202e":1}"#)[0].1, "odd_character");
    }

    #[test]
    fn depth_counts_to_the_limit_and_no_further() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(faults(&nested(MAX_DEPTH + 2))[0].1, "too_deep");
        assert_eq!(faults(&"[".repeat(100_000))[0].1, "too_deep");
    }

    #[test]
    fn lengths_count_to_the_limit_and_no_further() {
        let items = |n: usize| serde_json::to_string(&vec![1; n]).unwrap();
        assert!(parse(items(MAX_ITEMS).as_bytes()).is_ok());
        assert_eq!(faults(&items(MAX_ITEMS + 1)), one("", "too_many_items"));
        let text = |n: usize| serde_json::to_string(&"é".repeat(n)).unwrap();
        assert!(parse(text(MAX_STRING_CHARS).as_bytes()).is_ok());
        assert_eq!(faults(&text(MAX_STRING_CHARS + 1)), one("", "too_long"));
    }
}
