//! The OpenAPI file, its documentation page, and the security headers of every answer.
//!
//! The page is served from this program alone: it works without internet, and its content policy would
//! block anything else.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::{Json, Router, routing::get};
use std::sync::Arc;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the OpenAPI file stands.
pub const API_DOCS: &str = "/v3/api-docs";
/// Where the documentation page stands.
pub const PAGE: &str = "/swagger-ui";

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The head of the OpenAPI file: what this is, and that every operation wants a bearer token unless it
/// says otherwise.
pub fn head() -> OpenApi {
    let mut api = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Throughcare")
                .version("1")
                .description(Some(
                    "Follows a person in drug and alcohol treatment through custody, court, prison and \
                     community. Every change is an event; nothing is overwritten.",
                ))
                .license(Some(
                    LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build(),
                )),
        )
        .security(Some([SecurityRequirement::new("bearer", [] as [&str; 0])]))
        .build();
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    api.components
        .get_or_insert_with(Default::default)
        .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    api
}

/// The routes for the file and the page.
pub fn routes(api: OpenApi) -> Router {
    let api = Arc::new(api);
    Router::from(SwaggerUi::new(PAGE).config(Config::from(API_DOCS)))
        .route(API_DOCS, get(move || async move { Json(api) }))
}

/// The layer that sets the security headers.
pub async fn security_headers(request: Request, next: Next) -> Response {
    let page = request.uri().path().starts_with(PAGE);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(
        header::CONTENT_SECURITY_POLICY,
        if page { PAGE_POLICY } else { API_POLICY },
    );
    set(header::CACHE_CONTROL, if page { "no-cache" } else { "no-store" });
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use tower::ServiceExt;

    async fn fetch(path: &str) -> (u16, Response) {
        let app = routes(head()).layer(axum::middleware::from_fn(security_headers));
        let response = app
            .oneshot(Request::get(path).body(Body::empty()).unwrap())
            .await
            .unwrap();
        (response.status().as_u16(), response)
    }

    async fn text(path: &str) -> String {
        let (status, response) = fetch(path).await;
        assert_eq!(status, 200, "{path}");
        let bytes = axum::body::to_bytes(response.into_body(), 32 << 20)
            .await
            .unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Every `src` and `href` of the page is relative and answered by this program.
    #[tokio::test]
    async fn the_page_needs_no_internet() {
        let page = text("/swagger-ui/").await;
        let mut seen = 0;
        for attribute in ["src=\"", "href=\""] {
            for part in page.split(attribute).skip(1) {
                let target = part.split('"').next().unwrap();
                assert!(!target.contains("//"), "{target}");
                text(&format!("/swagger-ui/{}", target.trim_start_matches("./"))).await;
                seen += 1;
            }
        }
        assert!(seen >= 4, "the page has scripts and styles");
        assert!(
            !page.contains("<script>"),
            "an inline script would be blocked by the policy"
        );
        let start = text("/swagger-ui/swagger-initializer.js").await;
        assert!(start.contains(API_DOCS), "{start}");
    }

    #[tokio::test]
    async fn answers_are_not_stored_and_not_sniffed() {
        let (status, response) = fetch(API_DOCS).await;
        assert_eq!(status, 200);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], API_POLICY);
    }
}
