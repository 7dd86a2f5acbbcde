//! `GET /v1/log/witnesses`: who watches, and how far each has signed.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use throughcare_app::proving::Tree;
use utoipa::ToSchema;

/// Who watches.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WitnessLines {
    /// A line for each witness and each log.
    pub data: Vec<WitnessWire>,
}

/// How far a witness has signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WitnessWire {
    /// Its key's name.
    #[schema(example = "witness.example.org")]
    pub witness: String,
    /// Which log: `log` or `looks`.
    pub log: String,
    /// Entries of the newest checkpoint that it cosigned; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When it cosigned that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cosigned_at: Option<Timestamp>,
    /// Entries of the newest checkpoint.
    pub newest_size: u64,
}

/// Who watches the logs
///
/// Witnesses that this service asks for cosignatures, and those that gave one earlier; how far each has signed.
#[utoipa::path(
    get, path = "/v1/log/witnesses", tag = "Proof",
    responses((status = 200, description = "The witnesses", body = WitnessLines), ReadRefused)
)]
pub async fn witnesses(State(state): State<ApiState>, _: Asking) -> Result<Json<WitnessLines>, Problem> {
    let asked = state.watched.0.iter().map(|one| one.key.name().to_owned());
    let asked: Vec<String> = asked.collect();
    let mut data = Vec::new();
    for tree in Tree::ALL {
        let lines = state.app.witnesses(tree, &asked).await.map_err(problem)?;
        data.extend(lines.into_iter().map(|line| WitnessWire {
            witness: line.witness,
            log: tree.name().to_owned(),
            size: line.cosigned.map(|(size, _)| size),
            cosigned_at: line.cosigned.map(|(_, at)| at),
            newest_size: line.newest,
        }));
    }
    Ok(Json(WitnessLines { data }))
}
