use super::openapi;
use serde_json::Value;
use std::collections::HashSet;

fn described() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn operations(file: &Value) -> Vec<(String, Value)> {
    let paths = file["paths"].as_object().unwrap();
    let of = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap();
        let of: Vec<_> = methods
            .iter()
            .map(|(method, op)| (format!("{method} {path}"), op.clone()))
            .collect();
        of
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_route_can_be_served_beside_the_others() {
    // Two routes for one address would panic here.
    let (_, file) = super::routes().split_for_parts();
    assert!(file.paths.paths.len() > 40);
}

#[test]
fn every_schema_that_is_named_is_there() {
    let file = described();
    let mut found = Vec::new();
    references(&file, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        assert!(
            file.pointer(reference.trim_start_matches('#')).is_some(),
            "{reference}"
        );
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_what_can_go_wrong() {
    let mut names = HashSet::new();
    for (place, operation) in operations(&described()) {
        let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(!name.is_empty() && names.insert(name.clone()), "{place}: {name}");
        if place.contains("/v1/") {
            assert!(operation["responses"].get("4XX").is_some(), "{place}");
            assert!(operation["summary"].is_string(), "{place}");
        }
    }
}

#[test]
fn every_parameter_of_an_address_is_described() {
    for (place, operation) in operations(&described()) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        for name in place
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        {
            let found = parameters
                .iter()
                .any(|one| one["in"] == "path" && one["name"] == name);
            assert!(found, "{place}: {name}");
        }
    }
}
