//! The open health endpoints, as HMPPS platforms ask for them.
//!
//! Source: `api.md`, Adopt 6: `/health`, `/health/liveness`, `/health/readiness`, `/health/ping`, `/info`.

use crate::problem::OwnBody;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum HealthStatus {
    /// Works.
    Up,
    /// Does not work.
    Down,
}

/// The state of one component, such as the database.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComponentHealth {
    /// Up or down.
    pub status: HealthStatus,
    /// More, without addresses, names or secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The state of the service.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Up when every component is.
    pub status: HealthStatus,
    /// Each component by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, ComponentHealth>,
}

/// What runs here.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The name of the service.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The future of a readiness check.
pub type Checking<'a> = Pin<Box<dyn Future<Output = BTreeMap<String, ComponentHealth>> + Send + 'a>>;

/// Where the state of the components comes from. Each check has a deadline of its own.
pub trait HealthSource: Send + Sync {
    /// Looks at each component.
    fn readiness(&self) -> Checking<'_>;
}

/// The source as the routes share it.
pub type SharedHealth = Arc<dyn HealthSource>;

/// The routes.
pub fn routes(source: SharedHealth) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(readiness))
        .routes(routes!(liveness))
        .routes(routes!(ping))
        .routes(routes!(info))
        .layer(Extension(source))
}

/// Whether the service works, with each component.
#[utoipa::path(get, path = "/health", tag = "health", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn health(Extension(source): Extension<SharedHealth>) -> Response {
    answer(source.readiness().await)
}

/// Whether the service can take requests.
#[utoipa::path(get, path = "/health/readiness", tag = "health", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn readiness(Extension(source): Extension<SharedHealth>) -> Response {
    answer(source.readiness().await)
}

/// Whether the process runs. Says nothing about the database: a restart would not mend it.
#[utoipa::path(get, path = "/health/liveness", tag = "health", security(()),
    responses((status = 200, body = Health)))]
async fn liveness() -> Response {
    answer(BTreeMap::new())
}

/// The shortest answer.
#[utoipa::path(get, path = "/health/ping", tag = "health", security(()),
    responses((status = 200, body = Health)))]
async fn ping() -> Response {
    answer(BTreeMap::new())
}

/// What runs here.
#[utoipa::path(get, path = "/info", tag = "health", security(()),
    responses((status = 200, body = Info)))]
async fn info() -> Json<Info> {
    Json(Info {
        name: "throughcare".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

fn answer(components: BTreeMap<String, ComponentHealth>) -> Response {
    let down = components.values().any(|it| it.status == HealthStatus::Down);
    let (code, status) = if down {
        (StatusCode::SERVICE_UNAVAILABLE, HealthStatus::Down)
    } else {
        (StatusCode::OK, HealthStatus::Up)
    };
    (code, Extension(OwnBody), Json(Health { status, components })).into_response()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A source with one component in a given state.
    pub(crate) struct Fixed(pub(crate) HealthStatus);

    impl HealthSource for Fixed {
        fn readiness(&self) -> Checking<'_> {
            let database = ComponentHealth {
                status: self.0,
                detail: None,
            };
            Box::pin(async move { BTreeMap::from([("database".to_owned(), database)]) })
        }
    }

    #[test]
    fn one_component_down_is_503_and_all_up_is_200() {
        for (status, code) in [(HealthStatus::Down, 503), (HealthStatus::Up, 200)] {
            let component = ComponentHealth { status, detail: None };
            let components = BTreeMap::from([("database".to_owned(), component)]);
            assert_eq!(answer(components).status(), code);
        }
    }
}
