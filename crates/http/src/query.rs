//! Query strings with the same care as bodies: [`ValidQuery`].
//!
//! Unknown and repeated parameters are refused by name, values are checked against the published
//! schema, and every fault is reported at once under `/query/NAME`.

use crate::json::{schema, strict::MAX_FAULTS, strict::escaped};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::strictness::percent_decoded;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Parameters that fit their published schema.
///
/// `T` derives `Deserialize` with `#[serde(rename_all = "camelCase", deny_unknown_fields)]`,
/// `utoipa::IntoParams` (for the documentation) and `ToSchema` (for the check), and is flat: strings,
/// numbers, booleans, enums, dates, UUIDs, and lists of them, written with commas.
#[derive(Clone, Debug)]
pub struct ValidQuery<T>(pub T);

impl<S, T> FromRequestParts<S> for ValidQuery<T>
where
    S: Send + Sync,
    T: DeserializeOwned + ToSchema + 'static,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or("")).map(Self)
    }
}

/// Reads a value of the type from a query string.
///
/// # Errors
/// `validation_failed` with every fault that was found.
pub fn read<T: DeserializeOwned + ToSchema + 'static>(query: &str) -> Result<T, Problem> {
    let schema = schema::of::<T>()?;
    let mut values = Map::new();
    let mut faults = Vec::new();
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(text)) = (decoded(name), decoded(text)) else {
            let detail = "The query is not valid percent-encoded UTF-8.";
            faults.push(Fault::new("/query", "malformed", detail));
            continue;
        };
        let value = typed(schema.property(&name), text);
        if values.insert(name.clone(), value).is_some() {
            let pointer = format!("/query/{}", escaped(&name));
            faults.push(Fault::new(
                pointer,
                "repeated_field",
                "Send this parameter only once.",
            ));
        }
    }
    let values = Value::Object(values);
    faults.extend(schema.faults(&values, "/query"));
    faults.truncate(MAX_FAULTS);
    if !faults.is_empty() {
        return Err(Problem::new(ProblemKind::ValidationFailed).faults(faults));
    }
    serde_json::from_value(values).map_err(|_| {
        let detail = "A parameter does not fit. Compare the query with the documentation.";
        Problem::new(ProblemKind::ValidationFailed).fault(Fault::new("/query", "does_not_fit", detail))
    })
}

pub(crate) fn decoded(text: &str) -> Option<String> {
    percent_decoded(&text.replace('+', " "))
}

/// A parameter in the type that its schema asks for. What cannot be read stays a string, so that the
/// schema check names the fault.
fn typed(schema: Option<&Value>, text: String) -> Value {
    let wants = |name: &str| match schema.and_then(|it| it.get("type")) {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|it| it == name),
        _ => false,
    };
    if wants("array") {
        let item = schema.and_then(|it| it.get("items"));
        return text.split(',').map(|it| typed(item, it.to_owned())).collect();
    }
    let number = if wants("integer") || wants("number") {
        plain_number(&text)
    } else {
        None
    };
    match text.as_str() {
        _ if number.is_some() => number.unwrap_or_default(),
        "true" if wants("boolean") => true.into(),
        "false" if wants("boolean") => false.into(),
        _ => text.into(),
    }
}

/// A whole number written in its one form: no `+`, no leading zero, no exponent.
fn plain_number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty()
        && digits.bytes().all(|it| it.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && text != "-0";
    if plain {
        text.parse::<i64>().ok().map(Value::from)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize, ToSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Filter {
        #[schema(minimum = 1, maximum = 100)]
        per_page: Option<i32>,
        as_of: Option<crate::time::WhenWire>,
        #[schema(max_items = 3)]
        types: Option<Vec<String>>,
        open: Option<bool>,
        #[schema(max_length = 8)]
        text: Option<String>,
    }

    #[track_caller]
    fn expect(query: &str, faults: &[(&str, &str)]) {
        let problem = read::<Filter>(query).unwrap_err();
        let found: Vec<_> = problem
            .errors()
            .iter()
            .map(|it| (it.pointer.as_str(), it.code.as_str()))
            .collect();
        assert_eq!(found, faults, "{query}");
    }

    #[test]
    fn a_good_query_is_read() {
        let filter: Filter =
            read("perPage=7&asOf=2026-03-01T00:00:00%2B00:00&types=a,b&open=true&text=a%20b").unwrap();
        assert_eq!(filter.per_page, Some(7));
        assert_eq!(filter.types, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!((filter.open, filter.text.as_deref()), (Some(true), Some("a b")));
        assert!(read::<Filter>("").is_ok());
        assert_eq!(read::<Filter>("text=12").unwrap().text.as_deref(), Some("12"));
    }

    #[test]
    fn faults_are_named_by_parameter() {
        expect("perpage=7", &[("/query/perpage", "unknown_field")]);
        expect("perPage=7&perPage=7", &[("/query/perPage", "repeated_field")]);
        expect("perPage=101", &[("/query/perPage", "out_of_range")]);
        expect(
            "types=a,b,c,d&open=maybe",
            &[("/query/open", "wrong_type"), ("/query/types", "too_many_items")],
        );
        expect("asOf=2026-03-01T00:00:00", &[("/query/asOf", "bad_format")]);
        expect("text=123456789", &[("/query/text", "too_long")]);
    }

    #[test]
    fn numbers_have_one_form() {
        for odd in [
            "+1",
            "01",
            "1.0",
            "1e1",
            "",
            "-0",
            "%201",
            "９",
            "99999999999999999999",
        ] {
            expect(&format!("perPage={odd}"), &[("/query/perPage", "wrong_type")]);
        }
    }
}
