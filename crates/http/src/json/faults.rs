//! From the errors of the schema check to faults that a clerk could act on. Values are never repeated.

use super::strict::escaped;
use crate::problem::Fault;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

/// Most options that a detail lists.
const SHOWN_OPTIONS: usize = 40;

/// The faults behind one error. An error about alternatives is told as the faults of the alternative
/// that was most likely meant.
pub(super) fn translate(error: &ValidationError<'_>, root: &Value) -> Vec<Fault> {
    let at = error.instance_path().as_str();
    let one = |code: &str, detail: String| vec![Fault::new(at, code, detail)];
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Fault::new(
                format!("{at}/{}", escaped(name)),
                "missing",
                format!("The field {name} is needed."),
            )]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let allowed = allowed_names(error, root);
            unexpected
                .iter()
                .map(|name| unknown_field(at, name, &allowed))
                .collect()
        }
        Kind::Type { kind } => one("wrong_type", format!("Expected {}.", expected_types(kind))),
        Kind::MaxLength { limit } => one("too_long", format!("At most {limit} characters.")),
        Kind::MinLength { limit: 1 } => one("too_short", "Must not be empty.".to_owned()),
        Kind::MinLength { limit } => one("too_short", format!("At least {limit} characters.")),
        Kind::Maximum { limit } => one("out_of_range", format!("At most {limit}.")),
        Kind::Minimum { limit } => one("out_of_range", format!("At least {limit}.")),
        Kind::ExclusiveMaximum { limit } => one("out_of_range", format!("Less than {limit}.")),
        Kind::ExclusiveMinimum { limit } => one("out_of_range", format!("More than {limit}.")),
        Kind::MultipleOf { multiple_of } => one("out_of_range", format!("A multiple of {multiple_of}.")),
        Kind::Enum { options } => one("not_one_of", one_of(options)),
        Kind::Constant { expected_value } => one("not_one_of", format!("Must be {expected_value}.")),
        Kind::Format { format } => one("bad_format", expected_format(format)),
        Kind::Pattern { pattern } => one("bad_pattern", expected_pattern(error, root, pattern)),
        Kind::MaxItems { limit } => one("too_many_items", format!("At most {limit} items.")),
        Kind::MinItems { limit } => one("too_few_items", format!("At least {limit} items.")),
        Kind::UniqueItems => one("repeated_item", "Each item may stand here only once.".to_owned()),
        Kind::MaxProperties { limit } => one("too_many_items", format!("At most {limit} fields.")),
        Kind::MinProperties { limit } => one("too_few_items", format!("At least {limit} fields.")),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => alternatives(at, context, root),
        Kind::OneOfMultipleValid { .. } => one(
            "not_one_of",
            "Fits more than one of the allowed forms. Send only one.".to_owned(),
        ),
        _ => one("invalid", "Not as the documentation describes it.".to_owned()),
    }
}

fn unknown_field(at: &str, name: &str, allowed: &[&str]) -> Fault {
    let step = escaped(name);
    let nearest = allowed
        .iter()
        .map(|it| {
            (
                strsim::damerau_levenshtein(&it.to_lowercase(), &step.to_lowercase()),
                *it,
            )
        })
        .min()
        .filter(|(distance, it)| *distance <= 2.max(it.len() / 3));
    // A name is repeated when it is nearly one of ours: any other may be somebody's, put there by mistake.
    match nearest {
        Some((_, near)) => {
            let detail = format!("There is no field {step} here. Did you mean {near}?");
            Fault::new(format!("{at}/{step}"), "unknown_field", detail)
        }
        None if allowed.is_empty() => Fault::new(at, "unknown_field", "There are no fields here."),
        None => {
            let detail = format!(
                "There is a field here that is not known. Known fields: {}.",
                allowed.join(", ")
            );
            Fault::new(at, "unknown_field", detail)
        }
    }
}

/// The schema object in which the violated keyword stands.
fn owner<'a>(error: &ValidationError<'_>, root: &'a Value) -> Option<&'a Value> {
    let path = error.schema_path().as_str();
    root.pointer(path.rsplit_once('/')?.0)
}

fn allowed_names<'a>(error: &ValidationError<'_>, root: &'a Value) -> Vec<&'a str> {
    owner(error, root)
        .and_then(|schema| schema.get("properties")?.as_object())
        .map(|properties| properties.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

fn expected_pattern(error: &ValidationError<'_>, root: &Value, pattern: &str) -> String {
    let schema = owner(error, root);
    let text = |field: &str| schema.and_then(|it| it.get(field)?.as_str());
    match (text("example"), text("description")) {
        (Some(example), _) => format!("Not in the expected form. An example is {example}."),
        (None, Some(description)) => format!("Not in the expected form. {description}"),
        (None, None) => format!("Not in the expected form: {pattern}."),
    }
}

fn expected_format(format: &str) -> String {
    match format {
        "date" => "Expected a date that exists, such as 2026-03-01, from 1900 to 2099.".to_owned(),
        "date-time" => "Expected a date and time with its offset, such as \
             2026-03-01T09:30:00+00:00, from 1900 to 2099."
            .to_owned(),
        "uuid" => "Expected a UUID, such as 0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b.".to_owned(),
        other => format!("Expected the format {other}."),
    }
}

fn one_of(options: &Value) -> String {
    let all = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut names: Vec<String> = all
        .iter()
        .filter(|it| !it.is_null())
        .take(SHOWN_OPTIONS)
        .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
        .collect();
    if all.len() > SHOWN_OPTIONS {
        names.push("…".to_owned());
    }
    format!("Must be one of: {}.", names.join(", "))
}

fn expected_types(kind: &TypeKind) -> String {
    let name = |it: JsonType| match it {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    };
    match kind {
        TypeKind::Single(one) => name(*one).to_owned(),
        TypeKind::Multiple(set) => {
            let mut names: Vec<&str> = set.iter().filter(|it| *it != JsonType::Null).map(name).collect();
            names.sort_unstable();
            names.join(" or ")
        }
    }
}

/// What to say when none of several alternatives fits.
fn alternatives(at: &str, context: &[Vec<ValidationError<'static>>], root: &Value) -> Vec<Fault> {
    // An alternative of another JSON type was not meant.
    let right_type = |branch: &&Vec<ValidationError<'static>>| {
        !branch
            .iter()
            .any(|it| it.instance_path().as_str() == at && matches!(it.kind(), Kind::Type { .. }))
    };
    // An alternative whose tag has another value was not meant either.
    let right_tag = |branch: &&Vec<ValidationError<'static>>| {
        !branch.iter().any(|it| {
            let own_field = it
                .instance_path()
                .as_str()
                .strip_prefix(at)
                .is_some_and(|rest| rest.strip_prefix('/').is_some_and(|name| !name.contains('/')));
            own_field && matches!(it.kind(), Kind::Enum { .. } | Kind::Constant { .. })
        })
    };
    let told = |branch: &[ValidationError<'static>]| -> Vec<Fault> {
        branch.iter().flat_map(|it| translate(it, root)).collect()
    };
    let typed: Vec<_> = context.iter().filter(right_type).collect();
    if typed.is_empty() {
        return expected_any(at, context.iter().map(|it| told(it)).collect());
    }
    let tagged: Vec<_> = typed.iter().copied().filter(right_tag).collect();
    let likely = if tagged.is_empty() { typed } else { tagged };
    let mut branches: Vec<Vec<Fault>> = likely.into_iter().map(|it| told(it)).collect();
    branches.sort_by_key(Vec::len);
    let Some((fewest, others)) = branches.split_first() else {
        return Vec::new();
    };
    if others.first().is_none_or(|next| next.len() > fewest.len()) {
        return fewest.clone();
    }
    let shared: Vec<Fault> = fewest
        .iter()
        .filter(|it| others.iter().all(|other| other.contains(it)))
        .cloned()
        .collect();
    if shared.is_empty() {
        expected_any(at, branches)
    } else {
        shared
    }
}

/// Joins the expectations of several alternatives, which all concern the same place or stay general.
fn expected_any(at: &str, branches: Vec<Vec<Fault>>) -> Vec<Fault> {
    let mut all: Vec<Fault> = branches.into_iter().flatten().collect();
    all.dedup();
    let first = all.first().cloned();
    let same_place = first.as_ref().filter(|first| {
        all.iter()
            .all(|it| it.pointer == first.pointer && it.code == first.code)
    });
    match same_place {
        Some(first) => {
            let expectations: Vec<&str> = all
                .iter()
                .map(|it| it.detail.as_str())
                .filter(|it| *it != "Expected null.")
                .collect();
            vec![Fault::new(
                first.pointer.clone(),
                first.code.clone(),
                expectations.join(" Or: "),
            )]
        }
        None => vec![Fault::new(
            at,
            "not_one_of",
            "Does not fit any of the allowed forms. See the documentation.",
        )],
    }
}
