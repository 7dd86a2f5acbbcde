//! `GET /v1/suggested-merges`: records that another system's numbers say are one person's, or two people's.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::wire::{IdentifierKindWire, InstantWire};
use crate::lists::{Page, Pagination};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use throughcare_app::Suggestion;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suggests {
    /// The two records are one person's: `POST /v1/people/{id}/merges`, or `…/mismatches` when they are not.
    Join,
    /// One record holds what is two people's: `POST /v1/merges/{id}/undoing`, or withdraw the identifier.
    Part,
}

/// Something that another system said of two numbers, and that nobody has decided here.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuggestedMerge {
    /// Its id.
    pub suggestion_id: Uuid,
    /// What is to be decided.
    pub suggests: Suggests,
    /// The record that holds the number that goes on.
    pub person_id: Uuid,
    /// The other record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_person_id: Option<Uuid>,
    /// Of which kind of numbers it was said.
    pub of: IdentifierKindWire,
    /// When it was said.
    pub told_at: InstantWire,
}

impl From<Suggestion> for SuggestedMerge {
    fn from(one: Suggestion) -> Self {
        Self {
            suggestion_id: one.id,
            suggests: match one.joins {
                true => Suggests::Join,
                false => Suggests::Part,
            },
            person_id: one.person.0,
            other_person_id: one.other.map(|person| person.0),
            of: one.kind.into(),
            told_at: InstantWire(one.told_at),
        }
    }
}

/// Merges that somebody has to decide on
///
/// A prison's or a probation system merged two of its numbers, or took that back. The program joins no records: a named
/// worker does who sees both. Shown to who sees every record that it is about, the first told first; it is off the list
/// when the records are joined, or were said to be two people's.
#[utoipa::path(
    get, path = "/v1/suggested-merges", tag = "People",
    responses((status = 200, description = "What is to be decided", body = Page<SuggestedMerge>), ReadRefused)
)]
pub async fn suggested_merges(
    State(state): State<ApiState>,
    asking: Asking,
) -> Result<Json<Page<SuggestedMerge>>, Problem> {
    let shown = state.app.suggestions(&asking.caller).await.map_err(problem)?;
    let data: Vec<_> = shown.into_iter().map(SuggestedMerge::from).collect();
    let per_page = u32::try_from(data.len()).unwrap_or(u32::MAX).max(1);
    Ok(Json(Page {
        data,
        pagination: Pagination {
            next_cursor: None,
            has_more: false,
            per_page,
        },
    }))
}
