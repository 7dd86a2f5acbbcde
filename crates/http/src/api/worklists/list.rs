//! `GET /v1/services/{service}/worklists/{list}`: one list, a page at a time.

use super::csv;
use super::line::{WorklistLine, line};
use super::name::kind_of;
use super::sort::WorklistSort;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::csv::followed;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, shown, write_place};
use crate::api::times::{KnownWire, times, times_text};
use crate::lists::{Page, Pagination, per_page};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Deserialize;
use throughcare_app::query::WorklistQuery;
use throughcare_domain::code::{Code, ServiceCode, UserName};
use throughcare_domain::reference::ReferenceData;
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
    /// Only people with this open need, a code of `needs-and-risks`; not for those that few may see.
    #[schema(min_length = 1, max_length = 40)]
    #[param(min_length = 1, max_length = 40)]
    pub need: Option<String>,
    /// Only people whose care belongs to this grant, scheme or campaign, a code of `tags`.
    #[schema(min_length = 1, max_length = 40)]
    #[param(min_length = 1, max_length = 40)]
    pub tag: Option<String>,
    /// Only what this member of staff is key worker for, by user name; in `caseload` alone.
    #[schema(min_length = 1, max_length = 100)]
    #[param(min_length = 1, max_length = 100)]
    pub key_worker: Option<String>,
    /// In which order: `opened` (what has been on the list for longest comes first; when absent), `-opened` (what came
    /// last), `due` (what is due soonest, by the first day on which a line asks for something, as in `overdue`) or
    /// `-due`. What is due on no day comes last; lists on which nothing is due by a day cannot be sorted by it.
    #[param(inline)]
    pub sort: Option<WorklistSort>,
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
/// `naloxone-to-hand-over` (kits in property, due on the day for which the release is planned),
/// `naloxone-called-back` (kits of called-back batches whose holders are to be told), `releases-to-complete`
/// (where the person lives is unknown, or whether they were referred), `movements-to-classify`,
/// `required-assessments` (of the service that assesses and of who imposed them, for those who may know of them),
/// `conflicts-to-settle` (something told that does not fit, with who recorded it), `overdoses-to-review`, `deaths-to-follow`, `start-profiles-due`, `outcome-reviews-due`, `follow-ups-due`,
/// `to-re-engage`, `transitions-due`, `needs`, `restricted-needs` (for workers; its lines do not say which), `tags`,
/// `placements`, `outreach-contacts`, `records-merged` and `sight-widened` (for a fortnight). Lines stand in order of the day on which they came on the list,
/// oldest first, unless `sort` says otherwise, for any day, past ones included. Services of other organisations are 404.
/// Auditors see no names.
/// With `Accept: text/csv` the answer is CSV, up to 2,000 lines whatever `perPage`, and what follows stands in the
/// `Link` header with `rel="next"`.
#[utoipa::path(
    get, path = "/v1/services/{service}/worklists/{list}", tag = "Worklists",
    params(
        ("service" = String, Path, description = "Code of the service"),
        ("list" = String, Path, description = "Name of the list", example = "triage-due"),
        ("X-Log-Position" = Option<u64>, Header, description = "Wait, for at most two seconds, until the list is true up to here"),
        ListQuery,
    ),
    responses(
        (status = 200, description = "A page of the list", headers(
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
            ("Link" = String, description = "What follows, rel=next; of CSV only"),
        ), content((Page<WorklistLine> = "application/json"), (String = "text/csv"))),
        ReadRefused,
    )
)]
pub async fn worklist(
    State(state): State<ApiState>,
    asking: Asking,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Path((service, name)): Path<(String, String)>,
    ValidQuery(query): ValidQuery<ListQuery>,
) -> Result<Response, Problem> {
    let not_found = || Problem::new(ProblemKind::NotFound);
    let code = ServiceCode::parse(&service).map_err(|_| not_found())?;
    let kind = kind_of(&name).ok_or_else(not_found)?;
    let key_worker = key_worker(kind, query.key_worker.as_deref())?;
    let sort = query.sort.unwrap_or_default();
    let order = sort.of(kind)?;
    let when = times_text(query.as_of, query.known_at);
    let filters = (&query.need, &query.tag, &query.key_worker);
    let filters = serde_json::to_string(&filters).unwrap_or_default();
    let reference = state.app.reference().await;
    let (need, tag) = marks(query.need.as_deref(), query.tag.as_deref(), &reference)?;
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope(
        "/v1/services/worklists",
        &[organisation, &service, &name, &when, &filters, sort.as_str()],
    );
    let after = read_place(&scope, query.cursor.as_deref())?;
    let as_csv = csv::wanted(&headers);
    let size = if as_csv {
        csv::MAX_LINES
    } else {
        per_page(query.per_page)
    };
    asking.wait(&state.app).await?;
    let asked = WorklistQuery {
        service: code,
        kind,
        need,
        tag,
        key_worker,
        times: times(query.as_of, query.known_at),
        order,
        after,
        per_page: size,
    };
    let page = state.app.worklist(&asking.caller, asked).await.map_err(problem)?;
    let day = page.day;
    let lines: Vec<WorklistLine> = page.items.into_iter().map(|item| line(item, day)).collect();
    if as_csv {
        let next = page.next.map(|place| write_place(&scope, place));
        return whole(&lines, &name, &uri, next, page.position);
    }
    let body = Page {
        data: lines,
        pagination: Pagination {
            has_more: page.next.is_some(),
            next_cursor: page.next.map(|place| write_place(&scope, place)),
            per_page: size,
        },
    };
    Ok(shown(body, page.position))
}

/// A list as CSV, with the address of what follows.
fn whole(
    lines: &[WorklistLine],
    name: &str,
    uri: &Uri,
    next: Option<String>,
    position: u64,
) -> Result<Response, Problem> {
    Ok(followed(csv::csv(lines, name)?, uri, next, position))
}

/// The codes by which a list is filtered: a misspelt one would silently find nobody, and so would a need that no list
/// tells of.
fn marks(
    need: Option<&str>,
    tag: Option<&str>,
    reference: &ReferenceData,
) -> Result<(Option<Code>, Option<Code>), Problem> {
    let mut faults = Vec::new();
    let mut known = |list: &str, name: &str, text: Option<&str>| {
        let text = text?;
        let entry = reference.list(list).and_then(|list| list.ever(text));
        let fault = match entry {
            None => Some("This is no code of the list. GET /v1/reference-data has them all."),
            Some(entry) if entry.attribute("visibility") == Some("restricted") => {
                Some("Few may see this need: lists cannot be filtered by it.")
            }
            Some(_) => None,
        };
        if let Some(detail) = fault {
            faults.push(Fault::new(format!("/query/{name}"), "unknown_code", detail));
        }
        entry.map(|entry| entry.code.clone())
    };
    let marks = (known("needs-and-risks", "need", need), known("tags", "tag", tag));
    if faults.is_empty() {
        Ok(marks)
    } else {
        Err(Problem::new(ProblemKind::ValidationFailed).faults(faults))
    }
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
        for odd in [
            "asOf=March",
            "knownAt=",
            "perPage=101",
            "cursor=",
            "page=2",
            "sort=age",
            "sort=",
        ] {
            assert!(crate::query::read::<ListQuery>(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_list_is_filtered_by_codes_that_exist_and_everybody_may_see() {
        let reference = ReferenceData::bundled();
        let ask = |need, tag| marks(need, tag, &reference);
        assert!(ask(Some("housing"), Some("rough_sleeper_grant")).is_ok());
        assert!(ask(None, None).is_ok());
        for odd in ["housng", "cuckooing"] {
            assert!(ask(Some(odd), None).is_err(), "{odd}");
        }
        assert!(ask(None, Some("housing")).is_err());
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
