use super::*;
use crate::api::events::event::tests::registered;
use throughcare_domain::code::OrganisationCode;

fn accepting(values: &[&'static str]) -> HeaderMap {
    values
        .iter()
        .map(|value| (header::ACCEPT, HeaderValue::from_static(value)))
        .collect()
}

#[test]
fn ndjson_is_for_those_who_name_it() {
    for good in [
        "application/x-ndjson",
        "application/json, Application/X-NDJSON;q=0.9",
    ] {
        assert!(accepts(&accepting(&[good]), NDJSON), "{good}");
    }
    assert!(accepts(
        &accepting(&["text/html", "application/x-ndjson"]),
        NDJSON
    ));
    for other in ["*/*", "application/json", "application/x-ndjsonx", ""] {
        assert!(!accepts(&accepting(&[other]), NDJSON), "{other}");
    }
    assert!(!accepts(&HeaderMap::new(), NDJSON));
}

#[tokio::test]
async fn each_line_is_one_event_in_order() {
    let north = OrganisationCode::parse("north").unwrap();
    let page = EventsPage {
        data: [4, 7]
            .map(|position| wire(&registered(position), &north, false, true))
            .to_vec(),
        next_after: 9,
        has_more: false,
        head_position: 9,
        checkpoint: None,
    };
    let response = ndjson(&page);
    assert_eq!(response.headers()[header::CONTENT_TYPE], NDJSON);
    assert_eq!(response.headers()[X_LOG_POSITION], "9");
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.ends_with('\n'));
    let positions: Vec<u64> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["position"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(positions, [4, 7]);
}

#[test]
fn a_misspelt_type_is_named() {
    assert!(known(&["custody.released".to_owned()]).is_ok());
    let problem = known(&["custody.released".to_owned(), "custody.relesed".to_owned()]).unwrap_err();
    assert_eq!(problem.errors()[0].pointer, "/query/types/1");
}

#[test]
fn the_next_page_keeps_the_filters() {
    let types = ["custody.released".to_owned(), "custody.received".to_owned()];
    let link = next_link(12, 50, &types, false);
    assert_eq!(
        link,
        "</v1/events?after=12&limit=50&types=custody.released,custody.received>; rel=\"next\""
    );
    let proved = next_link(12, 50, &[], true);
    assert_eq!(proved, "</v1/events?after=12&limit=50&proofs=true>; rel=\"next\"");
    let query = link.split(['?', '>']).nth(1).unwrap();
    let read: EventsQuery = crate::query::read(query).unwrap();
    assert_eq!(
        (read.after, read.limit, read.types),
        (Some(12), Some(50), Some(types.to_vec()))
    );
}
