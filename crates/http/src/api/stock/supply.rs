//! `POST /v1/services/{service}/naloxone-supplies`: give kits to somebody who is not a client.

use super::keep;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::CommandAnswers;
use crate::api::wire::{DateWire, ExternalReference};
use crate::json::ValidJson;
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_domain::command::KitRead;
use throughcare_domain::decide::{StockCommand, SuppliedKits};
use utoipa::ToSchema;

/// Kits of one batch.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SuppliedKitsWire {
    /// A code of `naloxone-products`.
    #[schema(min_length = 1, max_length = 40, example = "nyxoid")]
    pub product: String,
    /// Batch number on the packs.
    #[schema(min_length = 1, max_length = 40, example = "NX-2401")]
    pub batch: String,
    /// Expiry date on the packs.
    pub expires_on: DateWire,
    /// How many kits.
    #[schema(minimum = 1, maximum = 1_000)]
    pub kits: u16,
}

/// Kits given to somebody who is not a client. Nobody gets a record by it, and no name is asked for.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NaloxoneSupply {
    /// To whom: a code of `naloxone-recipients`.
    #[schema(min_length = 1, max_length = 40, example = "family_or_friend")]
    pub recipient: String,
    /// Where: a code of `naloxone-supply-places`.
    #[schema(min_length = 1, max_length = 40, example = "hostel")]
    pub place: Option<String>,
    /// The kits, batch by batch.
    #[schema(min_items = 1, max_items = 10)]
    pub kits: Vec<SuppliedKitsWire>,
    /// When; now, when absent.
    pub occurred: Option<WhenWire>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// Give kits to somebody who is not a client
///
/// A family member, a worker, the stock of another place, somebody unknown: a line in the service's own record, never
/// an invented person. Each batch is a supply with an id of its own, to be found when its batch is called back.
#[utoipa::path(
    post, path = "/v1/services/{service}/naloxone-supplies", tag = "Naloxone",
    params(("service" = String, Path, description = "Code of the service")),
    request_body = NaloxoneSupply, responses(CommandAnswers)
)]
pub async fn supply_naloxone(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidJson { body, fingerprint }: ValidJson<NaloxoneSupply>,
) -> Result<Response, Problem> {
    let told = (body.occurred, body.external_reference);
    keep(&state, &asking, &service, fingerprint, told, |reading| {
        let recipient = reading.code(&body.recipient, "/recipient");
        let place = body.place.and_then(|place| reading.code(&place, "/place"));
        let kits = body.kits.iter().enumerate();
        let kits = kits
            .filter_map(|(index, one)| {
                let product = reading.code(&one.product, &format!("/kits/{index}/product"));
                let batch = reading.code(&one.batch, &format!("/kits/{index}/batch"));
                Some(SuppliedKits {
                    pack: KitRead {
                        product: product?,
                        batch: batch?,
                        expires_on: one.expires_on.0,
                    },
                    kits: one.kits,
                })
            })
            .collect();
        Some(StockCommand::SupplyToOther {
            recipient: recipient?,
            place,
            kits,
        })
    })
    .await
}
