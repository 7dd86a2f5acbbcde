//! `GET /v1/services/{service}/worklists/{list}`: one list, a page at a time.

use super::line::{WorklistLine, line};
use super::name::kind_of;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, shown, write_place};
use crate::api::times::{KnownWire, times, times_text};
use crate::lists::{Page, Pagination, per_page};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::query::WorklistQuery;
use throughcare_domain::code::{ServiceCode, UserName};
use throughcare_domain::rows::RowKind;
use utoipa::{IntoParams, ToSchema};

/// Which page, and when.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// The list of this day; today, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
    /// Only what this member of staff is key worker for, by user name; in `caseload` alone.
    #[schema(min_length = 1, max_length = 100)]
    #[param(min_length = 1, max_length = 100)]
    pub key_worker: Option<String>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A worklist of a service
///
/// Lists: `referrals` to act on, `triage-due`, `waiting-list`, `caseload`, `transfers` to accept, `appointments` to
/// come or to be said whether the person came, `appointments-missed`, `prescriptions-to-take-over`,
/// `prescribed-twice` (two services prescribe in place of opioids at once), `naloxone-to-replace`,
/// `movements-to-classify`, `overdoses-to-review`, `deaths-to-follow`. Lines stand in order of the day on which they came on the list,
/// oldest first, for any day, past ones included. Services of other organisations are 404. Auditors see no names.
#[utoipa::path(
    get, path = "/v1/services/{service}/worklists/{list}", tag = "Worklists",
    params(
        ("service" = String, Path, description = "Code of the service"),
        ("list" = String, Path, description = "Name of the list", example = "triage-due"),
        ("X-Log-Position" = Option<u64>, Header, description = "Wait, for at most two seconds, until the list is true up to here"),
        ListQuery,
    ),
    responses(
        (status = 200, description = "A page of the list", body = Page<WorklistLine>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn worklist(
    State(state): State<ApiState>,
    asking: Asking,
    Path((service, name)): Path<(String, String)>,
    ValidQuery(query): ValidQuery<ListQuery>,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let code = ServiceCode::parse(&service).map_err(|_| not_found())?;
    let kind = kind_of(&name).ok_or_else(not_found)?;
    let key_worker = key_worker(kind, query.key_worker.as_deref())?;
    let when = times_text(query.as_of, query.known_at);
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope(
        "/v1/services/worklists",
        &[organisation, &service, &name, &when, whose(&key_worker)],
    );
    let after = read_place(&scope, query.cursor.as_deref())?;
    let size = per_page(query.per_page);
    asking.wait(&state.app).await?;
    let asked = WorklistQuery {
        service: code,
        kind,
        key_worker,
        times: times(query.as_of, query.known_at),
        after,
        per_page: size,
    };
    let page = state.app.worklist(&asking.caller, asked).await.map_err(problem)?;
    let day = page.day;
    let body = Page {
        data: page.items.into_iter().map(|item| line(item, day)).collect(),
        pagination: Pagination {
            has_more: page.next.is_some(),
            next_cursor: page.next.map(|place| write_place(&scope, place)),
            per_page: size,
        },
    };
    Ok(shown(body, page.position))
}

fn whose(key_worker: &Option<UserName>) -> &str {
    key_worker.as_ref().map_or("", UserName::as_str)
}

/// Whose caseload is asked for.
fn key_worker(kind: RowKind, told: Option<&str>) -> Result<Option<UserName>, Problem> {
    let refused = |code, detail: String| {
        Problem::new(ProblemKind::ValidationFailed).fault(Fault::new("/query/keyWorker", code, detail))
    };
    let Some(told) = told else { return Ok(None) };
    if kind != RowKind::Caseload {
        let detail = "Only the caseload can be asked for by key worker. Leave it out.";
        return Err(refused("not_for_this_list", detail.to_owned()));
    }
    let name = UserName::parse(told).map_err(|error| refused("bad_code", format!("This {error}.")))?;
    Ok(Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_when_and_which_page() {
        let query: ListQuery = crate::query::read("asOf=2026-03-01&knownAt=42&perPage=10").unwrap();
        assert_eq!(
            (query.known_at, query.per_page),
            (Some(KnownWire::Position(42)), Some(10))
        );
        assert!(crate::query::read::<ListQuery>("").is_ok());
        for odd in ["asOf=March", "knownAt=", "perPage=101", "cursor=", "page=2"] {
            assert!(crate::query::read::<ListQuery>(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn only_the_caseload_is_asked_for_by_key_worker() {
        assert!(matches!(
            key_worker(RowKind::Caseload, Some("j.smith")),
            Ok(Some(_))
        ));
        assert!(matches!(key_worker(RowKind::TriageDue, None), Ok(None)));
        assert!(key_worker(RowKind::TriageDue, Some("j.smith")).is_err());
        assert!(key_worker(RowKind::Caseload, Some("Jo Smith")).is_err());
    }

    #[test]
    fn only_worklists_have_a_name() {
        assert!(kind_of("triage-due").is_some());
        for other in ["release", "visible_to", "Triage-due", ""] {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }
}
