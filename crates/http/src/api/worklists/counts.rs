//! `GET /v1/services/{service}/worklists`: how long each list is.

use super::name::LISTS;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::times::{KnownWire, times};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use throughcare_app::query::MAX_COUNTED;
use throughcare_domain::code::ServiceCode;
use utoipa::{IntoParams, ToSchema};

/// What the list of possible matches is called, which has another form than the others.
const POSSIBLE_MATCHES: &str = "possible-matches";

/// When.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// The lists of this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As they were known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// How long a list is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListCount {
    /// Its name, as it stands in the address. `possible-matches`, for who may join records, stands at
    /// `/v1/services/{service}/possible-matches`, and is counted among the 50 likeliest.
    #[schema(example = "triage-due")]
    pub list: String,
    /// How many lines it has; counted up to 1,000.
    pub lines: u32,
    /// True when it has more than were counted.
    pub or_more: bool,
}

/// How long each list of a service is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListCounts {
    /// The lists.
    pub data: Vec<ListCount>,
    /// People erased of whom nothing is left, in all, wherever they were: lists are without them on whatever day is
    /// asked about.
    pub erased_people: u32,
}

/// How long each worklist of a service is
#[utoipa::path(
    get, path = "/v1/services/{service}/worklists", tag = "Worklists",
    params(("service" = String, Path, description = "Code of the service"), CountsQuery),
    responses(
        (status = 200, description = "Lines of each list", body = ListCounts,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn worklist_counts(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<CountsQuery>,
) -> Result<Response, Problem> {
    let service = ServiceCode::parse(&service).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    asking.wait(&state.app).await?;
    let kinds: Vec<_> = LISTS.iter().map(|(_, kind)| *kind).collect();
    let times = times(query.as_of, query.known_at);
    let counted = state
        .app
        .worklist_counts(&asking.caller, &service, &kinds, times)
        .await
        .map_err(problem)?;
    let lists = LISTS
        .iter()
        .zip(counted.lines)
        .filter_map(|(named, lines)| Some((named, lines?)))
        .map(|((list, _), lines)| ListCount {
            list: (*list).to_owned(),
            lines: lines.min(MAX_COUNTED),
            or_more: lines > MAX_COUNTED,
        });
    let matches = counted.possible_matches.map(|(lines, or_more)| ListCount {
        list: POSSIBLE_MATCHES.to_owned(),
        lines,
        or_more,
    });
    Ok(shown(
        ListCounts {
            data: lists.chain(matches).collect(),
            erased_people: counted.erased_people,
        },
        counted.position,
    ))
}
