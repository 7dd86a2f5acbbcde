//! A key server of our own on this machine, which can change its mind.

use super::*;
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Clone)]
struct Source {
    answer: Arc<std::sync::Mutex<(u16, String)>>,
    asked: Arc<AtomicUsize>,
    /// While somebody holds it, the first answer stays under way.
    first: Arc<Mutex<()>>,
}

async fn keys(State(source): State<Source>) -> axum::response::Response {
    let first = source.asked.fetch_add(1, Ordering::SeqCst) == 0;
    let (status, text) = source.answer.lock().unwrap().clone();
    if first {
        let _ = source.first.lock().await;
    }
    (
        StatusCode::from_u16(status).unwrap(),
        [("location", "/elsewhere")],
        text,
    )
        .into_response()
}

async fn serve(status: u16, text: String) -> (Source, KeySet) {
    let source = Source {
        answer: Arc::new(std::sync::Mutex::new((status, text))),
        asked: Arc::default(),
        first: Arc::default(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let good = set(&["elsewhere"]);
    let router = Router::new()
        .route("/jwks", get(keys))
        .route("/elsewhere", get(move || async move { good }))
        .with_state(source.clone());
    let (limits, stop) = (
        crate::serve::Limits::default(),
        tokio_util::sync::CancellationToken::new(),
    );
    tokio::spawn(crate::serve::serve(listener, router, limits, stop));
    (
        source,
        KeySet::new(url.parse().unwrap(), TokenAlgorithm::EdDsa).unwrap(),
    )
}

fn key(id: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn set(ids: &[&str]) -> String {
    json!({ "keys": ids.iter().map(|id| key(id)).collect::<Vec<_>>() }).to_string()
}

#[tokio::test]
async fn a_new_key_is_found_and_made_up_ids_cannot_hammer_the_issuer() {
    let (source, keys) = serve(200, set(&["a"])).await;
    assert!(keys.key("a").await.is_some());
    *source.answer.lock().unwrap() = (200, set(&["a", "b"]));
    for _ in 0..50 {
        assert!(keys.key("made-up").await.is_none());
    }
    assert_eq!(
        source.asked.load(Ordering::SeqCst),
        1,
        "at most once in ten seconds"
    );
    keys.renew().await.unwrap();
    assert!(keys.key("b").await.is_some());
}

#[tokio::test]
async fn the_old_keys_stay_when_the_source_fails_and_go_when_it_withdraws_them() {
    let (source, keys) = serve(200, set(&["a"])).await;
    keys.renew().await.unwrap();
    for (status, text) in [
        (500, set(&["b"])),
        (302, String::new()),
        (200, "no json".to_owned()),
        (200, set(&[])),
        (200, format!("{}{}", set(&["b"]), " ".repeat(MAX_JWKS_BYTES))),
    ] {
        *source.answer.lock().unwrap() = (status, text);
        assert!(keys.renew().await.is_err(), "{status}");
        assert!(
            keys.key("a").await.is_some() && keys.known().len() == 1,
            "{status}"
        );
    }
    // As large as a set may be, and it is read.
    let mut largest = set(&["b"]);
    largest.push_str(&" ".repeat(65_536 - largest.len()));
    *source.answer.lock().unwrap() = (200, largest);
    keys.renew().await.unwrap();
    assert!(
        !keys.known().contains_key("a"),
        "a withdrawn key is no longer good"
    );
}

#[test]
fn only_keys_of_the_right_kind_with_an_id_of_their_own_are_used() {
    let mut encryption = key("enc");
    encryption["use"] = "enc".into();
    let mut nameless = key("x");
    nameless.as_object_mut().unwrap().remove("kid");
    let mut named_otherwise = key("alg");
    named_otherwise["alg"] = "RS256".into();
    let others = json!([
        key("good"), key("twice"), key("twice"), encryption, nameless, named_otherwise,
        {"kty": "oct", "kid": "secret", "k": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "kid": "dh", "x": "AAAA"},
        {"kty": "strange", "kid": "s"}, 7,
    ]);
    let text = json!({ "keys": others }).to_string();
    let found = usable(text.as_bytes(), TokenAlgorithm::EdDsa).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["good"]);
    assert!(usable(text.as_bytes(), TokenAlgorithm::Es256).is_err());
}

/// Two renewals at once: the answer that was under way when a key was withdrawn must not bring it back.
#[tokio::test]
async fn given_an_answer_under_way_when_a_key_is_withdrawn_then_the_key_does_not_come_back() {
    let (source, keys) = serve(200, set(&["a", "b"])).await;
    let keys = Arc::new(keys);
    let renew = || {
        let keys = Arc::clone(&keys);
        tokio::spawn(async move { keys.renew().await.unwrap() })
    };
    let held = Arc::clone(&source.first).lock_owned().await;
    let early = renew();
    while source.asked.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    *source.answer.lock().unwrap() = (200, set(&["b"]));
    let late = renew();
    // Time for the later one to overtake, were it let.
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(held);
    early.await.unwrap();
    late.await.unwrap();
    assert!(keys.known().contains_key("b") && !keys.known().contains_key("a"));
}
