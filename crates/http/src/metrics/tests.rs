//! What is counted, as a Prometheus server reads it.

use super::*;
use crate::sources::Clock;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use prometheus_client::encoding::text::encode;
use tower::ServiceExt;

struct Counted {
    router: Router,
    page: Registry,
}

fn counted() -> Counted {
    let metrics = RequestMetrics::default();
    let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
    let mut page = Registry::default();
    let verifier = Verifier::new([], clock).unwrap();
    metrics.register(&mut page, &verifier, &InFlight::new(1));
    let router = Router::new()
        .route("/v1/people/{id}", get(|| async { StatusCode::OK }))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(from_fn_with_state(metrics, layer));
    Counted { router, page }
}

impl Counted {
    async fn ask(&self, method: &str, path: &str) {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap();
    }

    fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.page).unwrap();
        text
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_what_stands_in_its_place() {
    let counted = counted();
    counted
        .ask("GET", "/v1/people/0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b")
        .await;
    counted.ask("GET", "/v1/people/Smith").await;
    let text = counted.text();
    let series = "throughcare_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/people/{id}\",status=\"2xx\"} 2";
    assert!(text.contains(series), "{text}");
    assert!(!text.contains("Smith") && !text.contains("0190b5a8"), "{text}");
}

#[tokio::test]
async fn made_up_paths_and_methods_do_not_make_series() {
    let counted = counted();
    counted.ask("GET", "/first").await;
    counted.ask("GET", "/second").await;
    let before = counted.text().lines().count();
    for number in 0..50 {
        counted
            .ask(&format!("MADE{number}"), &format!("/third/{number}"))
            .await;
    }
    let after = counted.text().lines().count();
    let one_more_series = BUCKETS.len() + 3;
    assert!(after <= before + one_more_series, "{}", counted.text());
}
