//! `GET /v1/people/{id}/prescriptions`: what a person is prescribed, and was when prison received them.

use super::view::{ViewQuery, view};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::view::prescriptions::{Prescribed, PrescriptionLine};
use utoipa::ToSchema;
use uuid::Uuid;

/// One prescription.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrescriptionShown {
    /// The intervention; of a bridging prescription, and of one that went on after a hold, the event.
    pub id: Uuid,
    /// In which episode.
    pub episode_id: Uuid,
    /// By which service.
    pub service: String,
    /// Made out until the next service takes over.
    pub bridging: bool,
    /// A code of `interventions`; of a bridging prescription, of `bridging-medicines`.
    pub code: String,
    /// The first day.
    pub from: Date,
    /// The first day on which it is over; absent while nothing ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_on: Option<Date>,
}

impl From<PrescriptionLine> for PrescriptionShown {
    fn from(line: PrescriptionLine) -> Self {
        Self {
            id: line.id,
            episode_id: line.episode.0,
            service: line.service.to_string(),
            bridging: line.bridge,
            code: line.code.to_string(),
            from: line.from,
            over_on: line.over,
        }
    }
}

/// What was prescribed when prison received the person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AtReceptionShown {
    /// The day of the present reception.
    pub received_on: Date,
    /// What was prescribed then, by whoever did.
    pub data: Vec<PrescriptionShown>,
}

/// What a person is prescribed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrescriptionsShown {
    /// The day for which it is shown.
    pub as_of: Date,
    /// On that day.
    pub data: Vec<PrescriptionShown>,
    /// On the day of reception, for somebody in custody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_reception: Option<AtReceptionShown>,
}

fn lines(lines: Vec<PrescriptionLine>) -> Vec<PrescriptionShown> {
    lines.into_iter().map(Into::into).collect()
}

/// What a person is prescribed
///
/// Pharmacological interventions that go on, and prescriptions made out until the next service takes over, with the
/// service that prescribes. For somebody in custody also what was prescribed on the day of reception.
#[utoipa::path(
    get, path = "/v1/people/{id}/prescriptions", tag = "People",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), ViewQuery),
    responses(
        (status = 200, description = "The prescriptions", body = PrescriptionsShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn person_prescriptions(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<ViewQuery>,
) -> Result<Response, Problem> {
    view(&state, &asking, id, query, &has, |read| {
        let prescribed = Prescribed::of(read.state(), read.day);
        Ok(PrescriptionsShown {
            as_of: read.day,
            data: lines(prescribed.today),
            at_reception: prescribed
                .at_reception
                .map(|(received_on, then)| AtReceptionShown {
                    received_on,
                    data: lines(then),
                }),
        })
    })
    .await
}
