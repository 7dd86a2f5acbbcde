//! The extractor with a sample type that uses all that wire types use.

use super::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

#[derive(Debug, Deserialize, ToSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Sample {
    id: Uuid,
    #[schema(max_length = 5, min_length = 1)]
    name: String,
    #[schema(minimum = 1, maximum = 9)]
    count: Option<i32>,
    born: Option<jiff::civil::Date>,
    when: Option<crate::time::WhenWire>,
    colour: Option<Colour>,
    #[schema(max_items = 2)]
    parts: Option<Vec<Part>>,
    shape: Option<Shape>,
    either: Option<Either>,
    #[schema(pattern = "^[A-Z]{3}$", example = "ABC")]
    code: Option<String>,
    inner: Option<Part>,
}

#[derive(Debug, Deserialize, ToSchema, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    DarkBlue,
}

#[derive(Debug, Deserialize, ToSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Part {
    label: String,
}

#[derive(Debug, Deserialize, ToSchema, PartialEq)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
enum Shape {
    Circle { radius: i32 },
    Square { side: i32 },
}

#[derive(Debug, Deserialize, ToSchema, PartialEq)]
#[serde(untagged)]
enum Either {
    Part(Part),
    Text(Short),
}

#[derive(Debug, Deserialize, ToSchema, PartialEq)]
#[schema(max_length = 3)]
struct Short(String);

fn good() -> Value {
    json!({"id": "0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b", "name": "Ann"})
}

fn with(field: &str, value: Value) -> Value {
    let mut body = good();
    body[field] = value;
    body
}

fn problem(body: &Value) -> Problem {
    read::<Sample>(&Bytes::from(body.to_string())).expect_err("should have been refused")
}

#[track_caller]
fn expect(body: &Value, faults: &[(&str, &str)]) {
    let problem = problem(body);
    let found: Vec<_> = problem
        .errors()
        .iter()
        .map(|it| (it.pointer.as_str(), it.code.as_str()))
        .collect();
    assert_eq!(found, faults, "{:?}", problem.errors());
}

#[test]
fn given_a_good_body_then_absent_and_null_are_the_same() {
    let absent: Sample = read(&Bytes::from(good().to_string())).unwrap();
    let mut nulls = good();
    for field in [
        "count", "born", "when", "colour", "parts", "shape", "either", "code", "inner",
    ] {
        nulls[field] = Value::Null;
    }
    let null: Sample = read(&Bytes::from(nulls.to_string())).unwrap();
    assert_eq!(absent, null);
}

#[test]
fn given_every_field_well_filled_then_it_is_read() {
    let mut body = good();
    body["count"] = json!(9.0);
    body["born"] = json!("1999-02-28");
    body["when"] = json!("2026-03-01T09:30:00+01:00");
    body["colour"] = json!("dark_blue");
    body["parts"] = json!([{"label": "x"}, {"label": "y"}]);
    body["shape"] = json!({"kind": "square", "side": 2});
    body["either"] = json!("abc");
    body["code"] = json!("ABC");
    body["inner"] = json!({"label": "z"});
    let sample: Sample = read(&Bytes::from(body.to_string())).unwrap();
    assert_eq!(sample.shape, Some(Shape::Square { side: 2 }));
    assert_eq!(sample.count, Some(9));
}

#[test]
fn each_fault_has_its_pointer_and_code() {
    expect(&json!({}), &[("/id", "missing"), ("/name", "missing")]);
    expect(&json!([]), &[("", "wrong_type")]);
    expect(&with("id", json!("x")), &[("/id", "bad_format")]);
    expect(&with("name", json!(5)), &[("/name", "wrong_type")]);
    expect(&with("name", json!("")), &[("/name", "too_short")]);
    expect(&with("name", json!("toolong")), &[("/name", "too_long")]);
    expect(&with("count", json!(0)), &[("/count", "out_of_range")]);
    expect(&with("count", json!(1.5)), &[("/count", "wrong_type")]);
    expect(
        &with("count", json!(99_999_999_999_u64)),
        &[("/count", "out_of_range")],
    );
    expect(&with("colour", json!("pink")), &[("/colour", "not_one_of")]);
    expect(&with("code", json!("abc")), &[("/code", "bad_pattern")]);
    expect(
        &with("parts", json!([{"label": "1"}, {"label": "2"}, {"label": "3"}])),
        &[("/parts", "too_many_items")],
    );
    expect(
        &with("parts", json!([{"label": 1}, {}])),
        &[("/parts/0/label", "wrong_type"), ("/parts/1/label", "missing")],
    );
    expect(
        &with("inner", json!({"label": "a", "lable": 1})),
        &[("/inner/lable", "unknown_field")],
    );
    // What is nearly no name of ours may be somebody's: it is not repeated.
    expect(
        &with("inner", json!({"label": "a", "Robin Ashdown": 1})),
        &[("/inner", "unknown_field")],
    );
    expect(&with("inner", json!("text")), &[("/inner", "wrong_type")]);
}

#[test]
fn dates_must_exist_and_lie_within_bounds() {
    for bad in [
        "2026-02-30",
        "infinity",
        "1899-12-31",
        "2100-01-01",
        "-4000-01-01",
        "294276-01-01",
        "20260301",
        "",
    ] {
        expect(&with("born", json!(bad)), &[("/born", "bad_format")]);
    }
    for bad in [
        "2026-03-01T09:30:00",
        "2026-03-01T25:00:00Z",
        "2026-02-30",
        "yesterday",
    ] {
        expect(&with("when", json!(bad)), &[("/when", "bad_format")]);
    }
    expect(&with("when", json!(5)), &[("/when", "wrong_type")]);
}

#[test]
fn alternatives_are_told_as_the_one_that_was_meant() {
    expect(
        &with("shape", json!({"kind": "circle"})),
        &[("/shape/radius", "missing")],
    );
    expect(
        &with("shape", json!({"kind": "circle", "radius": "x"})),
        &[("/shape/radius", "wrong_type")],
    );
    expect(
        &with("shape", json!({"kind": "blob", "radius": 1})),
        &[("/shape/kind", "not_one_of")],
    );
    expect(&with("either", json!("abcd")), &[("/either", "too_long")]);
    expect(&with("either", json!({})), &[("/either/label", "missing")]);
    expect(&with("either", json!(7)), &[("/either", "wrong_type")]);
}

#[test]
fn an_unknown_field_is_named_with_the_nearest_one() {
    let problem = problem(&with("nmae", json!("x")));
    assert_eq!(problem.errors()[0].code, "unknown_field");
    assert!(
        problem.errors()[0].detail.contains("Did you mean name?"),
        "{:?}",
        problem.errors()
    );
}

#[test]
fn all_faults_come_at_once_and_no_value_is_repeated() {
    let body = json!({"id": "SECRET-1", "name": "SECRET-2", "colour": "SECRET-3", "code": "SECRET-4", "born": "SECRET-5", "other": "SECRET-6"});
    let problem = problem(&body);
    assert_eq!(problem.errors().len(), 6, "{:?}", problem.errors());
    assert!(!format!("{problem:?}").contains("SECRET"), "{problem:?}");
}

async fn send(content_type: &str, body: Vec<u8>) -> u16 {
    let request = Request::post("/x").header("content-type", content_type);
    let request = request.body(axum::body::Body::from(body)).unwrap();
    match ValidJson::<Sample>::from_request(request, &()).await {
        Ok(_) => 200,
        Err(problem) => problem.status().as_u16(),
    }
}

#[tokio::test]
async fn media_type_and_size_are_checked_first() {
    let body = || good().to_string().into_bytes();
    assert_eq!(send("application/json", body()).await, 200);
    assert_eq!(send("Application/JSON; charset=utf-8", body()).await, 200);
    assert_eq!(send("text/plain", body()).await, 415);
    assert_eq!(send("application/jsonp", body()).await, 415);
    assert_eq!(
        send("application/json", vec![b' '; MAX_BODY_BYTES + 1]).await,
        413
    );
    assert_eq!(send("application/json", b"{".to_vec()).await, 400);
}
