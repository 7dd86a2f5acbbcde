//! The layers together, as a client meets them.

use super::*;
use crate::health::HealthStatus;
use crate::health::tests::Fixed;
use crate::json::ValidJson;
use crate::sources::Clock;
use crate::token::{Caller, DemoIssuer, Grant, Role};
use axum::body::Body;
use axum::http::{Request, Response, header};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use utoipa_axum::routes;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    #[schema(max_length = 5)]
    text: String,
}

#[utoipa::path(get, path = "/v1/who", responses((status = 200, body = String)))]
async fn who(caller: Caller) -> String {
    caller.client_id
}

#[utoipa::path(post, path = "/v1/notes", request_body = Note, responses((status = 200, body = String)))]
async fn note(note: ValidJson<Note>) -> String {
    note.body.text
}

#[utoipa::path(get, path = "/v1/panic", responses((status = 200)))]
async fn panics() {
    panic!("a name");
}

fn api() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(who))
        .routes(routes!(note))
        .routes(routes!(panics))
}

struct Service {
    router: Router,
    token: String,
    described: OpenApi,
}

fn service(health: HealthStatus, places: usize) -> Service {
    service_of(api(), health, places)
}

fn service_of(api: OpenApiRouter, health: HealthStatus, places: usize) -> Service {
    let at: jiff::Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    let issuer = DemoIssuer::from_seed("https://demo.example", "throughcare", &[5; 32]).unwrap();
    let grant = Grant {
        client_id: "client-1".to_owned(),
        user_name: None,
        organisation: "north-service".to_owned(),
        role: Role::Worker,
        scopes: Vec::new(),
        lifetime: Duration::from_secs(600),
    };
    let foundation = Foundation {
        ids: Ids::counting(),
        verifier: Verifier::new([issuer.config()], Clock::fixed(at)).unwrap(),
        health: Arc::new(Fixed(health)),
        in_flight: InFlight::new(places),
        metrics: RequestMetrics::default(),
    };
    let (router, described) = assemble(foundation, api);
    Service {
        router,
        token: issuer.token(&grant, at),
        described,
    }
}

impl Service {
    async fn ask(&self, request: axum::http::request::Builder, body: &str) -> (u16, Response<()>, Value) {
        let request = request
            .header("host", "h")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        (parts.status.as_u16(), Response::from_parts(parts, ()), body)
    }

    fn with_token(&self, request: axum::http::request::Builder) -> axum::http::request::Builder {
        request.header(header::AUTHORIZATION, format!("Bearer {}", self.token))
    }
}

/// An id of the client's.
const OWN: &str = "018f3a52-9c1e-7cc4-8f0a-0b1c2d3e4f50";

#[tokio::test]
async fn every_described_route_wants_a_token_unless_it_is_open() {
    let service = service(HealthStatus::Up, 8);
    let file = serde_json::to_value(&service.described).unwrap();
    let mut guarded = 0;
    for (path, item) in file["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let open = operation.get("security").is_some();
            let method = method.to_uppercase();
            let request = Request::builder().method(method.as_str()).uri(path.as_str());
            let (status, ..) = service.ask(request, "").await;
            assert_eq!(status == 401, !open, "{method} {path}: {status}");
            guarded += usize::from(!open);
        }
    }
    assert_eq!(guarded, 3);
    let (status, _, body) = service.ask(service.with_token(Request::get("/v1/who")), "").await;
    assert_eq!((status, body), (200, Value::from("client-1")));
}

#[tokio::test]
async fn every_error_is_a_problem_with_the_request_id() {
    let service = service(HealthStatus::Up, 8);
    let json = "application/json";
    let post = || service.with_token(Request::post("/v1/notes"));
    for (request, body, status, code) in [
        (Request::get("/v1/who"), "", 401, "unauthenticated"),
        (Request::get("/nowhere"), "", 404, "not_found"),
        (
            service.with_token(Request::put("/v1/who")),
            "",
            405,
            "method_not_allowed",
        ),
        (Request::delete("/health"), "", 405, "method_not_allowed"),
        (post().header("content-type", json), "{", 400, "malformed_json"),
        (
            post().header("content-type", json),
            "{\"text\":\"toolong\"}",
            400,
            "validation_failed",
        ),
        (post(), "{}", 415, "unsupported_media_type"),
        (service.with_token(Request::get("/v1/panic")), "", 500, "internal"),
        (Request::get("/v1/who?a=%00"), "", 400, "malformed_request"),
    ] {
        let (found, response, problem) = service.ask(request.header("x-request-id", OWN), body).await;
        assert_eq!(found, status, "{code}");
        assert_eq!(
            response.headers()["content-type"],
            crate::problem::PROBLEM_JSON,
            "{code}"
        );
        assert_eq!(response.headers()["x-request-id"], OWN, "{code}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{code}");
        assert_eq!(problem["errorCode"], code);
        assert_eq!(problem["requestId"], OWN);
        assert_eq!(problem["status"], status);
        assert!(
            problem["detail"].as_str().is_some_and(|it| it.ends_with('.')),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn overload_is_answered_at_once_and_health_still_answers() {
    let service = service(HealthStatus::Up, 0);
    let (status, response, problem) = service.ask(service.with_token(Request::get("/v1/who")), "").await;
    assert_eq!(
        (status, &problem["errorCode"]),
        (503, &Value::from("unavailable"))
    );
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(service.ask(Request::get("/health/ping"), "").await.0, 200);
}

#[tokio::test]
async fn a_failed_component_makes_503_with_its_name_and_liveness_stays_up() {
    let service = service(HealthStatus::Down, 8);
    let (status, _, body) = service.ask(Request::get("/health/readiness"), "").await;
    assert_eq!(
        (status, &body["components"]["database"]["status"]),
        (503, &Value::from("DOWN"))
    );
    assert_eq!(service.ask(Request::get("/health/liveness"), "").await.0, 200);
    assert_eq!(
        service.ask(Request::get("/info"), "").await.2["name"],
        "throughcare"
    );
}

#[tokio::test]
async fn the_file_is_the_same_with_and_without_a_running_service_and_it_is_served() {
    let service = service(HealthStatus::Up, 8);
    let alone = serde_json::to_value(describe(api())).unwrap();
    assert_eq!(serde_json::to_value(&service.described).unwrap(), alone);
    let (status, _, served) = service.ask(Request::get(docs::API_DOCS), "").await;
    assert_eq!((status, served), (200, alone));
}

#[tokio::test]
async fn a_node_without_an_api_answers_for_its_health_alone() {
    let service = service_of(crate::api::none(), HealthStatus::Up, 9);
    for (path, status) in [("/health/readiness", 200), ("/v1/who", 404)] {
        let request = Request::get(path)
            .header("host", "h")
            .body(Body::empty())
            .unwrap();
        let answer = service.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}
