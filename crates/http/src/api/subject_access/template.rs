//! `GET /subject-access-request/template`: how the content of `GET /subject-access-request` is made readable.
//!
//! Source: the contract of HMPPS services, read in `hmpps-kotlin-lib` (`sar/`, the template controller) and
//! `hmpps-subject-access-request-lib` (`templates/`): 200 with a template as `text/plain` for who has the authority
//! `ROLE_SAR_DATA_ACCESS`; it is filled with `content` by Handlebars, with helpers such as `formatDate`.

use super::collected::Collecting;
use crate::problem::ProblemBody;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

/// The template.
pub const TEMPLATE: &str = include_str!("collected.mustache");

/// How a copy for a subject access request of HMPPS is made readable
///
/// A Mustache template for the `content` of `GET /subject-access-request`, as the service of HMPPS that makes the report
/// fetches it. It holds nothing of anybody.
#[utoipa::path(
    get, path = "/subject-access-request/template", tag = "Data protection",
    responses(
        (status = 200, description = "The template", body = String, content_type = "text/plain"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn subject_access_template(_: Collecting) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], TEMPLATE).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// A tag of the template, without its braces.
    fn tags() -> Vec<String> {
        let mut rest = TEMPLATE;
        let mut tags = Vec::new();
        while let Some((_, after)) = rest.split_once("{{") {
            let (tag, after) = after.split_once("}}").expect("every tag ends");
            tags.push(tag.trim().to_owned());
            rest = after;
        }
        tags
    }

    /// What a schema of the published file refers to.
    fn resolved<'a>(file: &'a Value, schema: &'a Value) -> &'a Value {
        let one_of = schema.get("oneOf").and_then(Value::as_array);
        let inner = one_of.and_then(|all| all.iter().find(|one| one.get("$ref").is_some()));
        let schema = inner.unwrap_or(schema);
        match schema.get("$ref").and_then(Value::as_str) {
            Some(at) => file.pointer(at.trim_start_matches('#')).expect("it is there"),
            None => schema,
        }
    }

    /// The properties of an object, those of its parts too.
    fn property<'a>(file: &'a Value, schema: &'a Value, name: &str) -> Option<&'a Value> {
        let schema = resolved(file, schema);
        let own = schema.get("properties").and_then(|all| all.get(name));
        let parts = schema.get("allOf").and_then(Value::as_array);
        own.or_else(|| {
            let mut parts = parts.into_iter().flatten();
            parts.find_map(|part| property(file, part, name))
        })
    }

    #[test]
    fn every_tag_of_the_template_is_a_field_of_the_content_and_every_section_ends() {
        let file = serde_json::to_value(crate::api::openapi()).unwrap();
        let content = file.pointer("/components/schemas/CollectedContent").unwrap();
        let mut open: Vec<(String, &Value)> = vec![(String::new(), content)];
        let (mut printed, mut sections) = (0, 0);
        for tag in tags() {
            let (kind, name) = match tag.split_at(1) {
                (kind @ ("#" | "^" | "/"), name) => (kind, name),
                _ => ("", tag.as_str()),
            };
            let within = open.last().unwrap().1;
            match kind {
                "/" => {
                    let (ended, _) = open.pop().unwrap();
                    assert_eq!(ended, name, "sections end in the order in which they began");
                }
                "#" | "^" => {
                    sections += 1;
                    let schema = property(&file, within, name).unwrap_or_else(|| panic!("no field {name}"));
                    let schema = resolved(&file, schema);
                    // A list is gone through, an object is gone into, and a text asked for leaves the place.
                    let inner = match (kind, schema.get("items")) {
                        ("#", Some(items)) => items,
                        ("#", None) if schema.get("properties").is_some() => schema,
                        _ => within,
                    };
                    open.push((name.to_owned(), inner));
                }
                _ => {
                    printed += 1;
                    let name = name.strip_prefix("formatDate ").unwrap_or(name);
                    let here = name == "this" || property(&file, within, name).is_some();
                    assert!(here, "no field {name} in {}", open.last().unwrap().0);
                }
            }
        }
        assert_eq!(open.len(), 1, "every section ends");
        assert!(printed > 15 && sections > 15, "the control: {printed} {sections}");
        assert!(property(&file, content, "persons").is_none(), "the control");
    }
}
