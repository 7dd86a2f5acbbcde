//! Ids in paths. What is no id names nothing: 404, never 400 or 500, so that an address tells nobody
//! how ids are made.

use crate::problem::{Problem, ProblemKind};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use uuid::Uuid;

/// Reads a UUID in its one canonical form: 36 characters, hyphens, hexadecimal digits of either case.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

/// The one id in a path such as `/v1/people/{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdPath(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for IdPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::new(ProblemKind::NotFound);
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        parse_uuid(&text).map(Self).ok_or_else(not_found)
    }
}

/// The two ids in a path such as `/v1/people/{id}/kits/{kitId}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoIdsPath(pub Uuid, pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for TwoIdsPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::new(ProblemKind::NotFound);
        let Path((one, two)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        match (parse_uuid(&one), parse_uuid(&two)) {
            (Some(one), Some(two)) => Ok(Self(one, two)),
            _ => Err(not_found()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::Request, routing::get};
    use tower::ServiceExt;

    async fn status(path: &str) -> u16 {
        let app: Router = Router::new()
            .route(
                "/people/{id}",
                get(|IdPath(id): IdPath| async move { id.to_string() }),
            )
            .route("/a/{id}/b/{other}", get(|_: TwoIdsPath| async {}));
        let request = Request::get(path).body(Body::empty()).unwrap();
        app.oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn only_a_uuid_in_its_one_form_names_something() {
        let id = "0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b";
        assert_eq!(status(&format!("/people/{id}")).await, 200);
        assert_eq!(status(&format!("/a/{id}/b/{id}")).await, 200);
        assert_eq!(status(&format!("/a/{id}/b/x")).await, 404);
        for odd in [
            "1",
            "+1",
            "x",
            "%FF",
            "0190b5a87c1e7d2a9f3b1c2d3e4f5a6b",
            "%7B0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b%7D",
            "%20",
        ] {
            assert_eq!(status(&format!("/people/{odd}")).await, 404, "{odd}");
        }
    }
}
