//! `GET /v1/services/{service}/naloxone-stock`: the shelf of a service.

use super::service_of;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::times::{KnownWire, times};
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_domain::stock::{LastCount, ProductLine, ShelfLine};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// When.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ShelfQuery {
    /// At the end of this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// A count, compared with what the log says of the end of its day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountShown {
    /// When.
    pub on: Date,
    /// How many kits were there.
    pub kits: u16,
    /// How many there should have been, by what is known now.
    pub expected: i64,
    /// Too many, or missing when below 0. Nothing is put right by a count.
    pub difference: i64,
}

/// A batch on the shelf.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchShown {
    /// A code of `naloxone-products`.
    pub product: String,
    /// Batch on the packs.
    pub batch: String,
    /// Expiry on the packs; absent when nobody told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// Kits that came.
    pub received: i64,
    /// Kits that clients got, or that were put with their property.
    pub issued: i64,
    /// Kits that others got.
    pub supplied: i64,
    /// Kits that expired, were lost, called back and so on.
    pub removed: i64,
    /// Kits left by the log. Below 0 when more left than anybody recorded as received.
    pub on_hand: i64,
    /// Past its expiry.
    pub expired: bool,
    /// Expires within 90 days.
    pub expires_soon: bool,
    /// The recall that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<Uuid>,
    /// The last count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_count: Option<CountShown>,
}

/// A product on the shelf.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductShown {
    /// A code of `naloxone-products`.
    pub product: String,
    /// Kits that may be given out: in date, and not called back.
    pub usable: i64,
    /// How many there should be; absent when nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u16>,
    /// True when there are fewer.
    pub below_minimum: bool,
}

/// A service's naloxone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShelfShown {
    /// The day at whose end it stood so.
    pub as_of: Date,
    /// Products, by code.
    pub products: Vec<ProductShown>,
    /// Batches, in order of product, expiry and batch; those that are used up included.
    pub batches: Vec<BatchShown>,
}

impl From<LastCount> for CountShown {
    fn from(count: LastCount) -> Self {
        Self {
            on: count.on,
            kits: count.kits,
            expected: count.expected,
            difference: count.difference(),
        }
    }
}

impl From<ShelfLine> for BatchShown {
    fn from(line: ShelfLine) -> Self {
        Self {
            product: line.product.to_string(),
            batch: line.batch.to_string(),
            expires_on: line.expires_on,
            received: line.received,
            issued: line.issued,
            supplied: line.supplied,
            removed: line.removed,
            on_hand: line.on_hand,
            expired: line.expired,
            expires_soon: line.expires_soon,
            recall: line.recall.map(|recall| recall.0),
            last_count: line.last_count.map(CountShown::from),
        }
    }
}

impl From<ProductLine> for ProductShown {
    fn from(line: ProductLine) -> Self {
        Self {
            product: line.product.to_string(),
            usable: line.usable,
            minimum: line.minimum,
            below_minimum: line.below_minimum,
        }
    }
}

/// A service's naloxone
///
/// By product and batch, with what expires soon, what is called back, the last count and its difference. For workers
/// of the service's organisation, and auditors.
#[utoipa::path(
    get, path = "/v1/services/{service}/naloxone-stock", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service"), ShelfQuery),
    responses(
        (status = 200, description = "The shelf", body = ShelfShown,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn naloxone_stock(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<ShelfQuery>,
) -> Result<Response, Problem> {
    let service = service_of(&service)?;
    asking.wait(&state.app).await?;
    let times = times(query.as_of, query.known_at);
    let read = state
        .app
        .stock(&asking.caller, &service, times)
        .await
        .map_err(problem)?;
    let body = ShelfShown {
        as_of: read.day,
        products: read.shelf.products.into_iter().map(ProductShown::from).collect(),
        batches: read.shelf.lines.into_iter().map(BatchShown::from).collect(),
    };
    Ok(shown(body, read.position))
}
