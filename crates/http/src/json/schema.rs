//! The published schema of a type, compiled once, as the check of every value of that type.

use super::faults::translate;
use super::strict::MAX_FAULTS;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::time;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, RwLock};
use utoipa::ToSchema;

/// A compiled schema.
pub struct Checked {
    root: Value,
    validator: Validator,
}

static COMPILED: LazyLock<RwLock<HashMap<TypeId, Arc<Checked>>>> = LazyLock::new(RwLock::default);

/// The compiled schema of a type. The first call for a type compiles it.
///
/// # Errors
/// `internal`, when the schema of the type is itself wrong: a fault of this program, which the test of
/// the OpenAPI file finds.
pub fn of<T: ToSchema + 'static>() -> Result<Arc<Checked>, Problem> {
    let key = TypeId::of::<T>();
    if let Some(found) = COMPILED.read().ok().and_then(|map| map.get(&key).cloned()) {
        return Ok(found);
    }
    let compiled = Arc::new(Checked::compile::<T>()?);
    if let Ok(mut map) = COMPILED.write() {
        map.insert(key, Arc::clone(&compiled));
    }
    Ok(compiled)
}

impl Checked {
    fn compile<T: ToSchema>() -> Result<Self, Problem> {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        let schemas: BTreeMap<_, _> = schemas.into_iter().collect();
        let mut root = json!({
            "$ref": format!("#/components/schemas/{}", T::name()),
            "components": { "schemas": schemas },
        });
        bound_integers(&mut root);
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .with_format("date", |text: &str| time::parse_date(text).is_some())
            .with_format("date-time", |text: &str| time::parse_instant(text).is_some())
            .with_format("uuid", |text: &str| crate::path::parse_uuid(text).is_some())
            .build(&root)
            .map_err(|error| {
                Problem::new(ProblemKind::Internal).internal(format!("schema of {}: {error}", T::name()))
            })?;
        Ok(Self { root, validator })
    }

    /// Everything that is wrong with a value, at most [`MAX_FAULTS`], in the order of their places.
    /// `base` stands before every pointer.
    pub fn faults(&self, value: &Value, base: &str) -> Vec<Fault> {
        // Nearly every value is good, and saying so is far cheaper than listing nothing.
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        let mut found: Vec<Fault> = self
            .validator
            .iter_errors(value)
            .take(MAX_FAULTS)
            .flat_map(|error| translate(&error, &self.root))
            .map(|fault| Fault {
                pointer: format!("{base}{}", fault.pointer),
                ..fault
            })
            .collect();
        found.sort_by(|a, b| (&a.pointer, &a.code).cmp(&(&b.pointer, &b.code)));
        // What has the wrong format has the wrong pattern too: once is enough.
        found.dedup_by(|next, one| {
            next == one
                || (next.pointer == one.pointer && (&*one.code, &*next.code) == ("bad_format", "bad_pattern"))
        });
        found.truncate(MAX_FAULTS);
        found
    }

    /// The schema of a property of the type, without references.
    pub fn property(&self, name: &str) -> Option<&Value> {
        let own = self.resolve(&self.root)?;
        let property = own.pointer("/properties")?.get(name)?;
        self.resolve(property)
    }

    /// Follows `$ref`, and `oneOf` of null and one other (an optional field).
    fn resolve<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return self.resolve(self.root.pointer(target.strip_prefix('#')?)?);
        }
        let optional = schema
            .get("oneOf")
            .and_then(Value::as_array)
            .and_then(|branches| {
                let mut others = branches
                    .iter()
                    .filter(|it| it.get("type") != Some(&json!("null")));
                others
                    .next()
                    .filter(|_| others.next().is_none() && branches.len() == 2)
            });
        optional.map_or(Some(schema), |other| self.resolve(other))
    }
}

/// OpenAPI names the width of an integer as a format, which no validator enforces: say it as bounds.
fn bound_integers(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let bounds = match fields.get("format").and_then(Value::as_str) {
                Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
                Some("int64") => Some((i64::MIN, i64::MAX)),
                _ => None,
            };
            if let Some((least, most)) = bounds {
                fields.entry("minimum").or_insert_with(|| least.into());
                fields.entry("maximum").or_insert_with(|| most.into());
            }
            fields.values_mut().for_each(bound_integers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_integers),
        _ => {}
    }
}
