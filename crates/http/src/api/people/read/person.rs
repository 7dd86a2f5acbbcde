//! `GET /v1/people/{id}`: who somebody is and where their care stands.

use super::beside::{NeedShown, PlacementShown, TagShown, needs, placement, tags};
use super::explained::{ExplainedShown, explained};
use super::identity::{IdentityShown, identity};
use super::tracks::{PathwayShown, pathway};
use super::view::{ViewQuery, view};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::justice::{JusticeShown, justice};
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::times::KnownWire;
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::PersonRead;
use throughcare_domain::access::Visibility;
use throughcare_domain::view::Pathway;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// When, and whether to explain.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PersonQuery {
    /// As it was true then: at the end of a date, or at an instant. Now, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then. Now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
    /// Name the events that set each value, in words and ids.
    pub explain: Option<bool>,
}

impl PersonQuery {
    /// When, and whether to explain.
    pub fn parts(self) -> (ViewQuery, bool) {
        let when = ViewQuery {
            as_of: self.as_of,
            known_at: self.known_at,
        };
        (when, self.explain.unwrap_or(false))
    }
}

/// A person.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonShown {
    /// The record: the surviving one, when records were joined.
    pub person_id: Uuid,
    /// The records that are read as one, when there are several. Each of these ids answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Uuid>,
    /// Merges of records, undone ones included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merges: Vec<MergeShown>,
    /// `full`, or `sent`: only what your organisation recorded itself.
    pub visibility: String,
    /// The day to which days are counted.
    pub as_of: Date,
    /// Who they are.
    pub identity: IdentityShown,
    /// Where their care stands.
    pub pathway: PathwayShown,
    /// Open needs and risks.
    pub needs: Vec<NeedShown>,
    /// Grants, schemes and campaigns to which care belongs on the day.
    pub tags: Vec<TagShown>,
    /// The placement in which the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<PlacementShown>,
    /// What stands open with police and courts on the day.
    pub justice: JusticeShown,
    /// How many facts do not fit the others; the timeline says which.
    pub conflicts: usize,
    /// How many facts were erased and are missing here.
    pub erased: usize,
    /// With `explain=true`: each value with the events that set it, of this answer and of what is read beside it (duties,
    /// naloxone, sharing), and these events in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<ExplainedShown>,
}

/// Two records that are or were read as one.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeShown {
    /// The merge.
    pub merge_id: Uuid,
    /// Under whose id both are read.
    pub surviving_person_id: Uuid,
    /// The other record.
    pub absorbed_person_id: Uuid,
    /// A code of `identity-attestations`.
    pub attested: String,
    /// The organisation whose worker attested it.
    pub by_organisation: String,
    /// Since when.
    pub merged_on: Date,
    /// When it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_on: Option<Date>,
}

fn merges(read: &PersonRead) -> Vec<MergeShown> {
    let merges = read.state().merges.iter();
    merges
        .map(|one| MergeShown {
            merge_id: one.id.0,
            surviving_person_id: one.surviving.0,
            absorbed_person_id: one.absorbed.0,
            attested: one.attested.to_string(),
            by_organisation: one.organisation.to_string(),
            merged_on: one.at.date(),
            undone_on: one.undone.as_ref().map(|(at, _)| at.date()),
        })
        .collect()
}

/// Who somebody is and where their care stands, for an answer.
pub fn person_shown(read: &PersonRead, explain: bool) -> PersonShown {
    PersonShown {
        person_id: read.person.0,
        records: match &read.records[..] {
            [_] => Vec::new(),
            several => several.iter().map(|record| record.0).collect(),
        },
        merges: merges(read),
        visibility: match read.visibility {
            Visibility::Full => "full",
            Visibility::Sent | Visibility::None => "sent",
        }
        .to_owned(),
        as_of: read.day,
        identity: identity(read.state(), read.history.events(), explain),
        pathway: pathway(&Pathway::of(read.state(), read.day), explain),
        needs: needs(read),
        tags: tags(read),
        placement: placement(read),
        justice: justice(read),
        conflicts: read.state().conflicts.len(),
        erased: read.state().erased,
        explained: None,
    }
}

/// Who somebody is and where their care stands
///
/// Now, or as it was true (`asOf`) and known (`knownAt`) at any time. People whom you may not see are 404. With
/// `explain=true` each value names the events that set it: those alone that the timeline shows you.
#[utoipa::path(
    get, path = "/v1/people/{id}", tag = "People",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), PersonQuery),
    responses(
        (status = 200, description = "The person", body = PersonShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match, or as If-Match with a change"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn person(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<PersonQuery>,
) -> Result<Response, Problem> {
    let (when, explain) = query.parts();
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    view(&state, &asking, id, when, &has, |read| {
        let mut shown = person_shown(read, explain);
        shown.explained = explain.then(|| explained(read, &reference, &directory));
        Ok(shown)
    })
    .await
}

#[cfg(test)]
mod tests;
