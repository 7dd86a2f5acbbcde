//! `GET /v1/services/{service}/naloxone-supplies`: what a service gave to people who are not its clients.

use super::service_of;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, write_place};
use crate::api::wire::{Reading, when};
use crate::lists::{Page, per_page};
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::SuppliesQuery;
use throughcare_domain::id::RecallId;
use throughcare_domain::stock::Supply;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which supplies.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SupplyQuery {
    /// Only of this batch.
    #[schema(min_length = 1, max_length = 40)]
    #[param(min_length = 1, max_length = 40)]
    pub batch: Option<String>,
    /// Only those whose recipient is still to be told of this recall.
    pub to_tell: Option<Uuid>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// Kits given to somebody who is not a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupplyShown {
    /// The supply.
    pub supply_id: Uuid,
    /// When.
    pub occurred: WhenWire,
    /// To whom: a code of `naloxone-recipients`.
    pub recipient: String,
    /// Where: a code of `naloxone-supply-places`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// A code of `naloxone-products`.
    pub product: String,
    /// Batch on the packs.
    pub batch: String,
    /// Expiry on the packs.
    pub expires_on: Date,
    /// How many kits.
    pub kits: u16,
    /// Recalls of which the recipient was told.
    pub told_of: Vec<ToldOf>,
    #[serde(skip)]
    on: Date,
}

/// A recall of which somebody was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ToldOf {
    /// The recall.
    pub recall: Uuid,
    /// When.
    pub on: Date,
}

impl From<Supply> for SupplyShown {
    fn from(supply: Supply) -> Self {
        let told = supply.told.into_iter();
        Self {
            supply_id: supply.id.0,
            occurred: when(supply.at.occurred),
            recipient: supply.recipient.to_string(),
            place: supply.place.map(|place| place.to_string()),
            product: supply.product.to_string(),
            batch: supply.batch.to_string(),
            expires_on: supply.expires_on,
            kits: supply.kits,
            told_of: told.map(|(recall, on)| ToldOf { recall: recall.0, on }).collect(),
            on: supply.at.date(),
        }
    }
}

/// What a service gave to people who are not its clients
///
/// Oldest first. For workers of the service's organisation, and auditors.
#[utoipa::path(
    get, path = "/v1/services/{service}/naloxone-supplies", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service"), SupplyQuery),
    responses((status = 200, description = "A page of supplies", body = Page<SupplyShown>), ReadRefused)
)]
pub async fn naloxone_supplies(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<SupplyQuery>,
) -> Result<Json<Page<SupplyShown>>, Problem> {
    let code = service_of(&service)?;
    let mut reading = Reading::default();
    let batch = query
        .batch
        .as_deref()
        .map(|text| reading.code(text, "/query/batch"));
    let batch = reading.whole(Some(batch.flatten()))?;
    let filters = serde_json::to_string(&(&query.batch, query.to_tell)).unwrap_or_default();
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope(
        "/v1/services/naloxone-supplies",
        &[organisation, &service, &filters],
    );
    let size = per_page(query.per_page);
    let asked = SuppliesQuery {
        service: code,
        batch,
        to_tell: query.to_tell.map(RecallId),
        after: read_place(&scope, query.cursor.as_deref())?,
        limit: size as usize + 1,
    };
    let supplies = state
        .app
        .supplies(&asking.caller, &asked)
        .await
        .map_err(problem)?;
    let lines = supplies.into_iter().map(SupplyShown::from).collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &SupplyShown| {
        write_place(&scope, (last.on, last.supply_id))
    })))
}
