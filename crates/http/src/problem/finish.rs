//! The last touch to every answer: problems get their request id and their log line, answers that the
//! framework made by itself become problems, and panics become a problem without text.

use super::{PROBLEM_JSON, Problem, ProblemKind};
use axum::http::{Response as HttpResponse, header};
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// Marks an error answer whose body is meant as it is, such as the components of a failed health check.
#[derive(Clone, Copy, Debug)]
pub struct OwnBody;

/// Completes an answer. Errors leave as problem+json with the request id; everything else passes.
pub fn dress(response: Response, request_id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if response.extensions().get::<OwnBody>().is_some() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = match parts.extensions.remove::<Problem>() {
        Some(problem) => problem,
        None if is_problem(&parts.headers) => return HttpResponse::from_parts(parts, body),
        // An answer of the framework (404, 405, ...): its text is dropped, its headers are kept.
        None => Problem::new(ProblemKind::of_status(status)),
    };
    log(&problem, request_id);
    let mut dressed = problem.respond(Some(request_id));
    for name in [
        header::ALLOW,
        header::WWW_AUTHENTICATE,
        header::RETRY_AFTER,
        header::CONNECTION,
    ] {
        if let Some(value) = parts.headers.get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

fn is_problem(headers: &axum::http::HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes() == PROBLEM_JSON.as_bytes())
}

fn log(problem: &Problem, request_id: &str) {
    let code = problem.kind().code();
    let cause = problem.0.internal.as_deref().unwrap_or("");
    if problem.kind() == ProblemKind::Internal {
        tracing::error!(request_id, code, cause, "problem answered");
    } else if problem.status().is_server_error() || !cause.is_empty() {
        tracing::warn!(request_id, code, cause, "problem answered");
    } else {
        tracing::debug!(request_id, code, "problem answered");
    }
}

/// Answers for a handler that panicked. The panic's text may hold anything, so it is not shown, and
/// only its presence is logged: the panic hook has already written where it happened.
pub fn caught_panic(_panic: Box<dyn Any + Send + 'static>) -> Response {
    Problem::new(ProblemKind::Internal)
        .internal("a handler panicked")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 65_536).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn given_a_bare_error_of_the_framework_when_dressed_then_it_is_a_problem() {
        let bare = (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET")],
            "secret text",
        )
            .into_response();
        let dressed = dress(bare, "r-1");
        assert_eq!(dressed.headers()[header::CONTENT_TYPE], PROBLEM_JSON);
        assert_eq!(dressed.headers()[header::ALLOW], "GET");
        let text = text(dressed).await;
        assert!(text.contains("\"requestId\":\"r-1\"") && text.contains("method_not_allowed"));
        assert!(!text.contains("secret"));
    }

    #[tokio::test]
    async fn given_a_good_answer_when_dressed_then_it_is_untouched() {
        assert_eq!(text(dress("fine".into_response(), "r-1")).await, "fine");
    }

    #[tokio::test]
    async fn given_a_panic_with_a_name_in_it_then_the_answer_does_not_have_it() {
        let dressed = dress(caught_panic(Box::new("John Smith".to_owned())), "r-2");
        assert_eq!(dressed.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!text(dressed).await.contains("Smith"));
    }
}
