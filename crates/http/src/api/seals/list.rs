//! `GET /v1/seals`: which records an organisation sealed, and for whom.

use super::NamedWire;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::lists::{Page, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_domain::directory::Seal;
use throughcare_domain::when::london_date;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SealsQuery {
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Seals a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A record that is sealed, or was.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealShown {
    /// The seal.
    pub seal_id: Uuid,
    /// Which organisation sealed the record, and answers for who sees it.
    pub organisation: String,
    /// Every record that is read as the person's.
    pub person_ids: Vec<Uuid>,
    /// A code of `seal-reasons`.
    pub reason: String,
    /// Who goes on seeing it.
    pub named: Vec<NamedWire>,
    /// Who sealed it.
    pub placed_by: String,
    /// When.
    pub placed_on: Date,
    /// When it was lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_on: Option<Date>,
    /// Why, a code of `seal-lift-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift_reason: Option<String>,
    #[serde(skip)]
    place: usize,
}

/// Sealed records
///
/// Those that your organisation sealed, in the order in which that was told, lifted ones included: for its privacy
/// officers. Auditors see those of everybody.
#[utoipa::path(
    get, path = "/v1/seals", tag = "Data protection", params(SealsQuery),
    responses((status = 200, description = "A page of seals", body = Page<SealShown>), ReadRefused)
)]
pub async fn seals(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<SealsQuery>,
) -> Result<Json<Page<SealShown>>, Problem> {
    let all = state.app.seals(&asking.caller).await.map_err(problem)?;
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope("/v1/seals", &[organisation]);
    let from: usize = match query.cursor.as_deref() {
        None => 0,
        Some(cursor) => scope
            .read(cursor)?
            .parse()
            .map_err(|_| Problem::new(ProblemKind::CursorInvalid))?,
    };
    let size = per_page(query.per_page) as usize;
    let rest = all.get(from..).unwrap_or_default();
    let page = rest.get(..size).unwrap_or(rest);
    state.app.shows_seals(&asking.caller, page);
    let lines = rest.iter().take(size + 1).enumerate();
    let lines = lines.map(|(at, seal)| shown(seal, from + at)).collect();
    Ok(Json(Page::from_surplus(
        lines,
        per_page(query.per_page),
        |last: &SealShown| scope.write(&(last.place + 1).to_string()),
    )))
}

fn shown(seal: &Seal, place: usize) -> SealShown {
    let lifted = seal.lifted.as_ref();
    SealShown {
        seal_id: seal.id.0,
        organisation: seal.organisation.to_string(),
        person_ids: seal.records.iter().map(|record| record.0).collect(),
        reason: seal.reason.to_string(),
        named: seal.named.iter().map(NamedWire::from).collect(),
        placed_by: seal.placed.by.clone(),
        placed_on: london_date(seal.placed.at),
        lifted_on: lifted.map(|(told, _)| london_date(told.at)),
        lift_reason: lifted.map(|(_, reason)| reason.to_string()),
        place,
    }
}
