//! When an answer leaves that something was not found.
//!
//! A record that the caller may not see is read, folded and judged before it is answered as if it were not there; one
//! that is not there costs a look into an index. So that nobody tells the two apart by time, every 404 leaves at a whole
//! number of [`NOT_FOUND_EVERY`] after it was asked for; whatever is found leaves at once.
//! `cargo run --release -p torture --example record_timing` measures that nobody can. One layer around every route
//! that wants a token, outside all that looks anything up.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Duration;
use throughcare_app::query::whole_steps;
use tokio::time::{Instant, sleep_until};

/// Answers that nothing was found leave at a whole number of these after they were asked for: several times as long as
/// reading a record takes.
pub const NOT_FOUND_EVERY: Duration = Duration::from_millis(25);

/// The layer.
pub async fn layer(request: Request, next: Next) -> Response {
    let asked = Instant::now();
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        sleep_until(asked + whole_steps(asked.elapsed(), NOT_FOUND_EVERY)).await;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use axum::{Router, body::Body};
    use tower::ServiceExt as _;

    async fn asked(path: &str) -> (StatusCode, Duration) {
        let app: Router = Router::new()
            .route("/found", get(|| async { StatusCode::OK }))
            .route("/absent", get(|| async { StatusCode::NOT_FOUND }))
            .route(
                "/hidden",
                get(|| async {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    StatusCode::NOT_FOUND
                }),
            )
            .route_layer(from_fn(layer));
        let begun = Instant::now();
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        (response.status(), begun.elapsed())
    }

    #[tokio::test]
    async fn given_that_nothing_is_found_then_the_answer_waits_for_a_whole_step_whatever_was_looked_up() {
        for path in ["/absent", "/hidden"] {
            let (status, taken) = asked(path).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
            assert!(taken >= NOT_FOUND_EVERY, "{path}: {taken:?}");
        }
        // The fastest of many: a busy machine may hold up some.
        let mut found = Vec::new();
        for _ in 0..50 {
            found.push(asked("/found").await.1);
        }
        assert!(found.iter().min().unwrap() < &NOT_FOUND_EVERY, "{found:?}");
    }
}
