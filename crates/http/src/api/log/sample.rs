//! `GET /v1/log/sample`: events that nobody could choose.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use throughcare_app::proving::MOST_DRAWN;
use utoipa::{IntoParams, ToSchema};

/// How to draw.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SampleQuery {
    /// Words of your own, thought of after the checkpoint was signed.
    #[schema(min_length = 1, max_length = 200)]
    #[param(min_length = 1, max_length = 200)]
    pub words: String,
    /// How many events; 20 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub count: Option<u32>,
}

/// A sample.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// The checkpoint from which it was drawn.
    pub checkpoint: String,
    /// The events, in order of the log.
    pub data: Vec<DrawnEvent>,
}

/// An event of a sample.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawnEvent {
    /// Its place in the tree, from 0: its position in the log less one.
    pub index: u64,
    /// A proof file (c2sp.org/tlog-proof) with its record.
    pub proof: String,
}

/// Events for an audit, drawn so that nobody could choose them
///
/// Which ones follows from the checkpoint's text and your words, so that you can draw again and compare: SHA-256 over the
/// line `throughcare sample 1`, the checkpoint's text, your words and a line feed is the seed; SHA-256 over the seed and
/// a number of eight bytes that counts up gives, in its first eight bytes modulo the size, the next place; what would make
/// the first places likelier is passed over, and so are repetitions. For auditors.
#[utoipa::path(
    get, path = "/v1/log/sample", tag = "Proof", params(SampleQuery),
    responses((status = 200, description = "The sample", body = Sample), ReadRefused)
)]
pub async fn sample(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<SampleQuery>,
) -> Result<Json<Sample>, Problem> {
    let count = query.count.unwrap_or(20).min(MOST_DRAWN);
    let drawn = state.app.draw(&asking.caller, &query.words, count).await;
    let drawn = drawn.map_err(problem)?;
    Ok(Json(Sample {
        checkpoint: drawn.checkpoint.to_string(),
        data: drawn
            .entries
            .iter()
            .map(|proof| DrawnEvent {
                index: proof.index,
                proof: proof.to_string(),
            })
            .collect(),
    }))
}
